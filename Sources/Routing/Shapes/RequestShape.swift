/// What a router knows of a request that wants a worker.
package struct RequestShape: Sendable {
    /// Tokens that must be in the KV cache before the next token comes; after a move with those already generated.
    package var promptTokens: Int
    /// Names of the prompt's prefixes, from the shortest on: see `PrefixChain`.
    package var prefixDigests: [UInt64]
    /// Tokens that are still to be generated, in the mean: see `OutputLengths`.
    package var expectedOutputTokens: Double
    package var objectives: Objectives
    package var tier: RequestTier
    /// Goes only to a worker with slack: so that urgent work that comes next is not in its way. The queue clears this
    /// for the trickle that a low tier is guaranteed.
    package var needsSlack: Bool
    /// Seconds from now within which the first token must come; infinite = none.
    package var deadline: Double

    package init(
        promptTokens: Int, prefixDigests: [UInt64] = [], expectedOutputTokens: Double = OutputLengths.unknown,
        objectives: Objectives = Objectives(), tier: RequestTier = .interactive, deadline: Double = .infinity
    ) {
        self.promptTokens = Bounds.count(promptTokens)
        self.prefixDigests = prefixDigests
        self.expectedOutputTokens =
            expectedOutputTokens >= 1 ? min(expectedOutputTokens, OutputLengths.longest) : 1
        self.objectives = objectives
        self.tier = tier
        needsSlack = tier > .interactive
        self.deadline = deadline.isNaN ? .infinity : max(deadline, 0)
    }
}

/// What a client asks of a request's speed. Anything but a positive number counts as no objective.
package struct Objectives: Sendable, Equatable {
    /// Seconds to the first token.
    package let ttft: Double?
    /// Seconds from token to token, in the mean over the answer.
    package let interToken: Double?

    package init(ttft: Double? = nil, interToken: Double? = nil) {
        self.ttft = ttft.flatMap(Bounds.measured)
        self.interToken = interToken.flatMap(Bounds.measured)
    }
}

/// How urgent a request is; the most urgent first.
package enum RequestTier: Int, Sendable, CaseIterable, Comparable {
    case interactive, flex, batch

    package static func < (left: RequestTier, right: RequestTier) -> Bool { left.rawValue < right.rawValue }
}
