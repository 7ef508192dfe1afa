package import JSON

/// A checked request to one of the two endpoints: what to generate, and how to hand it over.
package struct CompletionRequest: Sendable, Equatable {
    package var endpoint: Endpoint
    package var generation: GenerationRequest
    /// Answer as server-sent events.
    package var isStreaming: Bool
    /// Send the usage as a last chunk (`stream_options.include_usage`).
    package var includesUsage: Bool
    /// What `service_tier` says, if it is there.
    package var requestedTier: RequestedTier?

    /// The most choices that one request may ask for, over all its prompts.
    package static let maximumChoices = 128
    /// What `/v1/completions` stops at when the client does not say, as at OpenAI.
    static let defaultCompletionTokens = 16

    /// Reads the JSON text of a request body.
    /// - Parameter id: the `id` of the answer.
    package init(endpoint: Endpoint, body: UnsafeRawBufferPointer, id: String) throws(APIError) {
        try self.init(endpoint: endpoint, body: Self.parse(body), id: id)
    }

    package init(endpoint: Endpoint, body: JSON, id: String) throws(APIError) {
        let parameters = try Parameters(body, path: "")
        switch endpoint {
        case .chatCompletions: try self.init(chat: parameters, id: id)
        case .completions: try self.init(completion: parameters, id: id)
        }
    }

    static func parse(_ body: UnsafeRawBufferPointer) throws(APIError) -> JSON {
        do {
            return try JSON.parse(body)
        } catch {
            throw .invalid("The request body is not valid JSON. \(error).", code: "invalid_json")
        }
    }

    private init(chat parameters: Parameters, id: String) throws(APIError) {
        try ParameterTable.chatCompletions.check(parameters)
        try UnsupportedFeatures.check(chat: parameters)
        let prompt = try ChatPrompt(parameters)
        var generation = try GenerationRequest(common: parameters, id: id, prompt: .chat(prompt))
        generation.maxTokens = try Self.maxTokens(chat: parameters)
        generation.topLogprobs = try Self.topLogprobs(chat: parameters)
        try self.init(endpoint: .chatCompletions, generation: generation, parameters: parameters)
    }

    /// - Parameter table: what is known; the rest is refused.
    init(
        completion parameters: Parameters, id: String, table: ParameterTable = .completions
    ) throws(APIError) {
        try table.check(parameters)
        try UnsupportedFeatures.check(completion: parameters)
        let prompt = try Prompt(completion: parameters)
        var generation = try GenerationRequest(common: parameters, id: id, prompt: prompt)
        generation.maxTokens =
            try parameters.integer("max_tokens", in: 1...Int(Int32.max)) ?? Self.defaultCompletionTokens
        generation.topLogprobs = try parameters.integer("logprobs", in: 0...20)
        try self.init(endpoint: .completions, generation: generation, parameters: parameters)
    }

    private init(endpoint: Endpoint, generation: GenerationRequest, parameters: Parameters) throws(APIError) {
        self.endpoint = endpoint
        self.generation = generation
        isStreaming = try parameters.bool("stream") ?? false
        includesUsage = try Self.includesUsage(parameters, isStreaming: isStreaming)
        requestedTier = try RequestedTier(parameters)
        guard generation.numChoices <= Self.maximumChoices else {
            throw .invalid(
                "'n' times the number of prompts is \(generation.numChoices); at most \(Self.maximumChoices) choices fit "
                    + "in one request.", param: "n", code: "invalid_value")
        }
    }

    /// `max_tokens` is the old name of `max_completion_tokens`; both may come if they agree.
    private static func maxTokens(chat parameters: Parameters) throws(APIError) -> Int? {
        let old = try parameters.integer("max_tokens", in: 1...Int(Int32.max))
        let new = try parameters.integer("max_completion_tokens", in: 1...Int(Int32.max))
        if let old, let new, old != new {
            throw .invalid(
                "'max_tokens' is \(old) and 'max_completion_tokens' is \(new); send only one of them.",
                param: "max_tokens", code: "invalid_value")
        }
        return new ?? old
    }

    private static func topLogprobs(chat parameters: Parameters) throws(APIError) -> Int? {
        let count = try parameters.integer("top_logprobs", in: 0...20)
        if try parameters.bool("logprobs") ?? false { return count ?? 0 }
        guard count == nil || count == 0 else {
            throw .invalid(
                "'top_logprobs' needs 'logprobs' to be true.", param: "top_logprobs", code: "invalid_value")
        }
        return nil
    }

    private static func includesUsage(_ parameters: Parameters, isStreaming: Bool) throws(APIError) -> Bool {
        guard let value = parameters["stream_options"] else { return false }
        guard isStreaming else {
            throw .invalid(
                "'stream_options' needs 'stream' to be true.", param: "stream_options", code: "invalid_value")
        }
        let options = try Parameters(value, path: "stream_options")
        for key in options.object.keys where key != "include_usage" && key != "include_obfuscation" {
            throw .unsupported(
                "Unsupported parameter '\(options.name(APIError.excerpt(key)))'.",
                param: options.name(APIError.excerpt(key)))
        }
        // Accepted without effect: chunks are not padded here.
        _ = try options.bool("include_obfuscation")
        return try options.bool("include_usage") ?? false
    }
}
