import Models

extension Engine {
    /// Checks a request and takes in the tokens that it is resumed with. Runs on the caller's thread: the engine's
    /// has steps to run.
    func order(_ request: EngineRequest) throws(EngineError) -> EngineGate.Order {
        guard !request.prompt.isEmpty else { throw .emptyPrompt }
        let limit = try answerLimit(request)
        try checkTokens(request)
        _ = try request.sampling.validated()
        var answer = AnswerState(request, tokenizer: tokenizer, limit: limit)
        for token in request.resumed {
            guard answer.end == nil else {
                throw .parameter(
                    "gleaner_resume", "\(request.resumed.count) tokens",
                    "at most \(answer.tokenCount), where the answer ends")
            }
            answer.append(token)
        }
        return EngineGate.Order(request: request, answer: answer)
    }

    /// The tokens at which the answer ends.
    private func answerLimit(_ request: EngineRequest) throws(EngineError) -> Int {
        if let limit = request.maxTokens, limit < 1 { throw .parameter("max_tokens", "\(limit)", "1 or more") }
        let room = contextTokens - request.prompt.count
        guard room >= 1, request.maxTokens ?? 1 <= room else {
            throw .contextOverflow(
                promptTokens: request.prompt.count, maxTokens: room >= 1 ? request.maxTokens : nil,
                contextTokens: contextTokens)
        }
        return min(request.maxTokens ?? .max, room)
    }

    private func checkTokens(_ request: EngineRequest) throws(EngineError) {
        let vocabulary = 0..<Int32(spec.vocabularySize)
        if let token = request.prompt.first(where: { !vocabulary.contains($0) }) {
            throw .token(token, vocabularySize: spec.vocabularySize)
        }
        if let token = request.resumed.first(where: { !vocabulary.contains($0) }) {
            throw .parameter("gleaner_resume", "token \(token)", "in the vocabulary (0 ..< \(vocabulary.upperBound))")
        }
        if let token = request.sampling.logitBias.keys.filter({ !vocabulary.contains($0) }).min() {
            throw .parameter("logit_bias", "for token \(token)", "for tokens 0 ..< \(vocabulary.upperBound)")
        }
    }
}
