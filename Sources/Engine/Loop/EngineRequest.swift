/// One sequence to generate.
package struct EngineRequest: Sendable {
    package var prompt: [Int32]
    package var sampling = SamplingParameters()
    /// Tokens to generate at most; nil: until the context is full.
    package var maxTokens: Int?
    /// Texts that end the answer; they are not part of it.
    package var stops: [String] = []
    /// Tokens that end the answer; they are counted but give no text.
    package var stopTokens: Set<Int32> = []
    /// Lower runs sooner.
    package var priority = 0
    /// Prefixes are shared only between requests with the same salt.
    package var salt = ""
    /// Longest time in the queue before the request is given up.
    package var queueLimitSeconds = 600

    package init(prompt: [Int32]) { self.prompt = prompt }
}

package enum FinishReason: String, Sendable {
    /// A stop token or stop text.
    case stop
    /// `maxTokens`, or the end of the context.
    case length
}

/// What happens to a request, in this order: `started`, any number of `token`, `finished`. `failed` can come
/// at any point instead of the rest.
package enum EngineEvent: Sendable {
    /// The request left the queue; this many prompt tokens had their KV in the cache.
    case started(cachedTokens: Int)
    /// A token was generated. `text` is what may be shown now: it can be empty or belong to earlier tokens,
    /// because half a character or a possible stop text is held back.
    case token(Sampler.Choice, text: String)
    /// `text` is what was held back until the end.
    case finished(FinishReason, generatedTokens: Int, text: String)
    case failed(EngineError)
}

/// Takes the events of one request, on the engine's thread: it must return at once.
package typealias EngineEventHandler = @Sendable (EngineEvent) -> Void

/// A submitted request, for the one who may change their mind.
package struct EngineTicket: Sendable {
    let id: SequenceID
    let gate: EngineGate

    /// Takes the request back; it costs nothing from the next step on, and no event follows that step.
    package func cancel() { gate.cancel(id) }
}
