/// Whatever generates behind the front door: the engine of this process, or a fleet of workers elsewhere.
package protocol Worker: Sendable {
    /// Names this worker in records, unlike every other and unlike itself after a restart; at most 100 bytes.
    var id: String { get }

    /// The models that can be named in a request, in the order in which they are listed.
    func models() async -> [ModelCard]

    /// Makes a request ready to run, without running or queueing it.
    ///
    /// Everything that would be refused whatever the load is refused here, before money is touched: an unknown
    /// model (404), a prompt that the chat template refuses or that does not fit the context (400).
    func prepare(_ request: GenerationRequest) async throws(APIError) -> any PreparedGeneration

    /// Whether a request sent now would be served; what `/health` answers.
    var isReady: Bool { get async }

    /// Why it computes nothing for now, though it takes requests; nil: it computes.
    var pauseReason: String? { get }

    /// The tokens of all requests since the worker started: the sum of its metrics over its models. Nil for one that
    /// stands for many workers, which count for themselves.
    func counters() async -> WorkerCounters?

    /// Where a request is that has not ended; nil: there is none, or nothing can be said of it.
    /// - Parameters:
    ///   - requestID: a `GenerationRequest.id` or `requestID`.
    ///   - tenant: whose request it must be.
    func standing(of requestID: String, tenant: String) async -> RequestStanding?
}

extension Worker {
    package func standing(of requestID: String, tenant: String) async -> RequestStanding? { nil }

    package var pauseReason: String? { nil }

    /// Prepares a generation and starts it at the request's own priority.
    package func generate(_ request: GenerationRequest) async throws(APIError) -> GenerationStream {
        try await prepare(request).start(priority: request.priority)
    }
}

/// A request that a worker has checked and encoded, and its exact size.
package protocol PreparedGeneration: Sendable {
    /// The tokens of each prompt.
    var prompts: [[Int32]] { get }

    /// The most that all choices together can take: for each, `max_tokens` or what its prompt leaves of the
    /// context, whichever is less.
    var maximumOutputTokens: Int { get }

    /// Queues the request and returns its events. Each call is a generation of its own.
    ///
    /// - Parameter priority: lower is served first.
    /// - Throws: 429 when the worker is at its limit, 503 when it is shutting down. Then nothing ran.
    func start(priority: Int) async throws(APIError) -> GenerationStream
}

extension PreparedGeneration {
    /// All prompts together; each counts once, however many choices it has.
    package var promptTokens: Int { prompts.reduce(0) { $0 + $1.count } }
}

/// What a worker did since it started, in tokens, as its metrics count it.
package struct WorkerCounters: Sendable, Equatable {
    /// `vllm:prompt_tokens_total`; requests add their `GenerationTotals.prefilledTokens`.
    package var promptTokens: Int
    /// `vllm:generation_tokens_total`; requests add their `GenerationTotals.generatedTokens`.
    package var generatedTokens: Int

    package init(promptTokens: Int = 0, generatedTokens: Int = 0) {
        self.promptTokens = promptTokens
        self.generatedTokens = generatedTokens
    }
}
