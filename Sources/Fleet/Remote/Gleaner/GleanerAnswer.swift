package import OpenAI

/// The stream of one sequence at a worker of ours: every token is reported, and every count is checked.
package struct GleanerAnswer: EventReading {
    private let expected: ExpectedAnswer
    private var parser = ChunkParser()
    private var answer: CheckedAnswer
    private var hasUsage = false
    /// What the worker says that it did, if it came that far.
    package private(set) var share: GenerationTotals.Share?
    package private(set) var isComplete = false

    package var hasFinished: Bool { answer.hasFinished }

    package init(_ expected: ExpectedAnswer) {
        self.expected = expected
        answer = CheckedAnswer(expected)
    }

    package var failureAtEnd: RemoteFailure { .lost("the stream ended before [DONE]") }

    package mutating func receive(
        _ data: UnsafeRawBufferPointer, into events: inout [GenerationEvent]
    ) throws(RemoteFailure) {
        if data.elementsEqual("[DONE]".utf8) { return try complete() }
        let chunk = try parser.parse(data)
        if let model = chunk.model, model != expected.model {
            throw .broken("it answers as the model '\(WorkerWords.excerpt(model))', not '\(expected.model)'")
        }
        guard !hasUsage else { throw .broken("it went on after its usage") }
        let before = events.count
        if let promptTokens = chunk.own.promptTokens {
            try answer.start(promptTokens: promptTokens, cachedTokens: chunk.own.cachedTokens ?? 0, into: &events)
        }
        if let choice = chunk.choice { try take(choice, shown: chunk.own.shown, into: &events) }
        if let usage = chunk.usage { try take(usage, chunk.own) }
        if events.count == before { try answer.noteIdle() }
    }

    private mutating func take(
        _ choice: Chunk.Choice, shown: Int?, into events: inout [GenerationEvent]
    ) throws(RemoteFailure) {
        try answer.take(
            ids: choice.tokenIDs ?? [], text: choice.text, shown: shown, tokens: choice.tokens, into: &events)
        guard let word = choice.finish else { return }
        guard let reason = FinishReason(rawValue: word) else {
            throw .broken("it ended with the finish reason '\(WorkerWords.excerpt(word))'")
        }
        answer.finish(reason, into: &events)
    }

    private mutating func take(_ usage: Chunk.Usage, _ own: Chunk.Extension) throws(RemoteFailure) {
        guard usage.promptTokens == expected.promptTokens else {
            throw .broken(
                "its usage counts \(usage.promptTokens) prompt tokens where \(expected.promptTokens) were sent")
        }
        try answer.end(completionTokens: usage.completionTokens, own.share)
        hasUsage = true
        share = own.share
    }

    private mutating func complete() throws(RemoteFailure) {
        guard answer.hasFinished else { throw .broken("it said [DONE] without a finish reason") }
        guard hasUsage else { throw .broken("it said [DONE] without a usage") }
        isComplete = true
    }
}
