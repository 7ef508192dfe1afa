/// Where a request is that has not ended, for those who ask for it by its id.
package struct RequestStanding: Sendable, Equatable {
    package enum Phase: String, Sendable {
        /// No worker has all of it yet.
        case queued
        /// Workers generate it.
        case running
    }

    package var phase: Phase
    /// Why it waits, in words that name nobody else; nil while it runs.
    package var reason: String?
    /// Seconds until it is expected to start; nil: unknown, or it runs.
    package var startsIn: Double?
    /// Times that it went on at another worker.
    package var moves: Int
    /// Tokens of the answer so far.
    package var tokens: Int

    package init(
        phase: Phase, reason: String? = nil, startsIn: Double? = nil, moves: Int = 0, tokens: Int = 0
    ) {
        self.phase = phase
        self.reason = reason
        self.startsIn = startsIn
        self.moves = moves
        self.tokens = tokens
    }
}
