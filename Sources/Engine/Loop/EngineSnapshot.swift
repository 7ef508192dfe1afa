/// How busy an engine is, as of its last step.
package struct EngineSnapshot: Sendable, Equatable {
    package var running = 0
    package var waiting = 0
    /// KV blocks in use by sequences, 0 to 1; cached prefixes do not count.
    package var cacheUsage = 0.0
    /// Steps stand still for the device's owner.
    package var isPaused = false
    /// Tokens without KV of waiting sequences, and of running ones that do not decode yet.
    package var pendingPrefillTokens = 0
    /// Tokens of running sequences that have KV.
    package var contextTokens = 0
    /// Steps run since the start.
    package var steps = 0
    /// Times that the engine came to rest and its KV books balanced.
    package var integrityChecks = 0
    /// Tokens run a second, a moving average over steps; 0 before the first.
    package var tokensPerSecond = 0.0

    /// When a request that is refused now could be taken: the queued tokens at the current speed.
    package func retryAfterSeconds(queuedTokens: Int) -> Int {
        guard tokensPerSecond > 0 else { return 1 }
        return Int(min(max((Double(queuedTokens) / tokensPerSecond).rounded(.up), 1), 600))
    }
}
