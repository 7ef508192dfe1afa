import JSON

extension CompletionRequest {
    /// The longest `cache_salt`, in bytes of UTF-8.
    static let maximumSaltBytes = 512

    /// Reads the body of a request that a gateway sends to a worker: `/v1/completions` with the members of the worker
    /// protocol, which the public endpoint refuses.
    /// - Parameter id: the `id` of the answer.
    package init(worker body: UnsafeRawBufferPointer, id: String) throws(APIError) {
        let parameters = try Parameters(Self.parse(body), path: "")
        try self.init(completion: parameters, id: id, table: .workerCompletions)
        generation.priority = try parameters.integer("priority", in: Int(Int32.min)...Int(Int32.max)) ?? 0
        generation.cacheSalt = try Self.salt(parameters)
        generation.returnsTokenIDs = try parameters.bool("return_token_ids") ?? false
        generation.resumed = try Self.resumed(parameters)
        try checkTokenIDs()
        try checkResumed()
    }

    fileprivate static func salt(_ parameters: Parameters) throws(APIError) -> String {
        let salt = try parameters.string("cache_salt") ?? ""
        guard salt.utf8.count <= maximumSaltBytes else {
            throw .invalid(
                "'cache_salt' has \(salt.utf8.count) bytes; at most \(maximumSaltBytes) are taken.",
                param: "cache_salt", code: "invalid_value")
        }
        return salt
    }

    private static func resumed(_ parameters: Parameters) throws(APIError) -> [Int32] {
        guard let value = parameters["gleaner_resume"] else { return [] }
        guard let values = value.array else {
            throw .wrongType(value, path: "gleaner_resume", expected: "an array of token ids")
        }
        return try Prompt.tokens(values, path: "gleaner_resume")
    }

    /// Token ids come in the chunks of a stream, and a stream with them is one sequence.
    private func checkTokenIDs() throws(APIError) {
        guard generation.returnsTokenIDs else { return }
        guard isStreaming else {
            throw .invalid(
                "'return_token_ids' needs 'stream' to be true.", param: "return_token_ids", code: "invalid_value")
        }
        guard generation.numChoices == 1 else {
            throw .invalid(
                "'return_token_ids' is for one choice, but the request asks for \(generation.numChoices).",
                param: "return_token_ids", code: "invalid_value")
        }
    }

    private func checkResumed() throws(APIError) {
        guard !generation.resumed.isEmpty else { return }
        guard generation.returnsTokenIDs else {
            throw .invalid(
                "'gleaner_resume' needs 'return_token_ids' to be true.", param: "gleaner_resume", code: "invalid_value")
        }
        let most = generation.maxTokens ?? .max
        guard generation.resumed.count <= most else {
            throw .invalid(
                "'gleaner_resume' has \(generation.resumed.count) tokens, more than the \(most) of 'max_tokens'.",
                param: "gleaner_resume", code: "invalid_value")
        }
    }
}

extension GenerationRequest {
    /// A sequence that a gateway starts on the connection that its sequences share.
    /// - Parameter id: of the answer.
    package init(_ start: SequenceStart, id: String) throws(APIError) {
        let json = try start.parameters.withUnsafeBufferPointer { bytes throws(APIError) in
            try CompletionRequest.parse(UnsafeRawBufferPointer(bytes))
        }
        let parameters = try Parameters(json, path: "")
        try ParameterTable.sequence.check(parameters)
        try UnsupportedFeatures.check(completion: parameters)
        try self.init(common: parameters, id: id, prompt: .tokens([start.prompt]))
        maxTokens = try parameters.integer("max_tokens", in: 1...Int(Int32.max))
        topLogprobs = try parameters.integer("logprobs", in: 0...20)
        priority = try parameters.integer("priority", in: Int(Int32.min)...Int(Int32.max)) ?? 0
        cacheSalt = try CompletionRequest.salt(parameters)
        requestID = start.name
        returnsTokenIDs = true
        resumed = start.resumed
        guard resumed.count <= maxTokens ?? .max else {
            throw .invalid(
                "\(resumed.count) tokens are resumed, more than the \(maxTokens ?? 0) of 'max_tokens'.",
                param: "max_tokens", code: "invalid_value")
        }
    }
}
