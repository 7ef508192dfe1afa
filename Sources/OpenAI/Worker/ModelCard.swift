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
