/// How busy a worker is now; cheap enough to be asked many times a second.
package struct WorkerLoad: Sendable, Equatable {
    package var models: [ModelLoad]

    package init(models: [ModelLoad] = []) { self.models = models }
}

/// How busy one model of a worker is, as of its last step.
package struct ModelLoad: Sendable, Equatable {
    package var model: String
    /// Sequences that take part in steps.
    package var running: Int
    /// Sequences that were taken and do not run yet.
    package var waiting: Int
    /// The part of the KV cache that sequences use, 0...1; cached prefixes do not count.
    package var kvUsage: Double
    /// Tokens of prompts, of sequences waiting or running, that have still to be computed.
    package var pendingPrefillTokens: Int
    /// Tokens in the contexts of the running sequences.
    package var contextTokens: Int
    /// Steps since the start: a worker whose sequences run and whose steps stand still is hung.
    package var steps: Int

    package init(
        model: String, running: Int = 0, waiting: Int = 0, kvUsage: Double = 0, pendingPrefillTokens: Int = 0,
        contextTokens: Int = 0, steps: Int = 0
    ) {
        self.model = model
        self.running = running
        self.waiting = waiting
        self.kvUsage = kvUsage
        self.pendingPrefillTokens = pendingPrefillTokens
        self.contextTokens = contextTokens
        self.steps = steps
    }
}
