/// Whatever generates behind the front door: the engine of this process today, a remote worker later.
package protocol Worker: Sendable {
    /// The models that can be named in a request, in the order in which they are listed.
    func models() async -> [ModelCard]

    /// Starts a generation and returns its events.
    ///
    /// Everything that can be known before the first token is thrown here, so that the client gets a status
    /// and not a broken stream: an unknown model (404), a prompt beyond the context (400), overload (429).
    func generate(_ request: GenerationRequest) async throws(APIError) -> GenerationStream

    /// Whether a request sent now would be served; what `/health` answers.
    var isReady: Bool { get async }
}

/// A model as `/v1/models` shows it.
package struct ModelCard: Sendable, Equatable {
    package var id: String
    /// Unix time in seconds.
    package var created: Int
    package var ownedBy: String
    /// Prompt and answer together, in tokens; `max_model_len` in the JSON, as vLLM calls it.
    package var contextLength: Int

    package init(id: String, created: Int, ownedBy: String = "gleaner", contextLength: Int) {
        self.id = id
        self.created = created
        self.ownedBy = ownedBy
        self.contextLength = contextLength
    }
}
