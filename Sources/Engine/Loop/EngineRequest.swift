/// One sequence to generate.
package struct EngineRequest: Sendable {
    package var prompt: [Int32]
    /// Tokens of the answer that another engine generated: this one goes on behind them as if it had generated
    /// them itself. Events tell only of what comes behind them, but count them.
    package var resumed: [Int32] = []
    package var sampling = SamplingParameters()
    /// Tokens of the answer at most, resumed ones included; nil: until the context is full.
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

/// What happens to a request, in this order: `started`, any number of `token`, `finished`, `released`. `failed`
/// can come at any point instead of those before `released`, and a cancelled request gets only the last. A request
/// whose resumed tokens already end the answer gets no `token`.
package enum EngineEvent: Sendable {
    /// The request left the queue; this many tokens of the prompt alone had their KV in the cache.
    case started(cachedTokens: Int)
    /// A token was generated. `text` is what may be shown now: it can be empty or belong to earlier tokens,
    /// because half a character or a possible stop text is held back. `shownTokens` is how many tokens
    /// have all of their text shown by now; with log probabilities every token is shown as it comes.
    case token(Sampler.Choice, text: String, shownTokens: Int)
    /// `text` is what was held back until the end. `stopToken` was generated and ended the answer; it is counted,
    /// and no `token` told of it.
    case finished(FinishReason, generatedTokens: Int, text: String, stopToken: Int32?)
    case failed(EngineError)
    /// The engine does nothing more for the request. Comes once and last for every request that was submitted,
    /// whatever became of it.
    case released(TokenTotals)
}

/// Work that an engine did, in tokens, as its metrics count it.
package struct TokenTotals: Sendable, Equatable {
    /// Tokens that sequences had when they left the queue, cached ones included: their prompts, and what they were
    /// resumed with. Each sequence counts once, however often it was preempted: `vllm:prompt_tokens_total`.
    package var promptTokens: Int
    /// Tokens sampled, so without resumed ones: `vllm:generation_tokens_total`.
    package var generatedTokens: Int

    package init(promptTokens: Int = 0, generatedTokens: Int = 0) {
        self.promptTokens = promptTokens
        self.generatedTokens = generatedTokens
    }

    package static func + (left: TokenTotals, right: TokenTotals) -> TokenTotals {
        TokenTotals(
            promptTokens: left.promptTokens + right.promptTokens,
            generatedTokens: left.generatedTokens + right.generatedTokens)
    }
}

/// Takes the events of one request, on the thread that delivers all of the engine's: it must return at once.
package typealias EngineEventHandler = @Sendable (EngineEvent) -> Void

/// Requests that were submitted together, for the one who may change their mind.
package struct EngineTicket: Sendable {
    let ids: Range<SequenceID>
    let gate: EngineGate

    /// Takes the requests back; they cost nothing from the next step on, and only `released` follows that step.
    package func cancel() { gate.cancel(ids) }
}
