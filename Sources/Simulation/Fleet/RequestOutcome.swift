/// What became of one request.
package struct RequestOutcome: Sendable, Equatable {
    /// Place of the worker; nil: none ever took the request.
    package var worker: Int?
    package var promptTokens: Int
    /// Prompt tokens that the worker had cached.
    package var cachedTokens = 0
    /// Tokens generated.
    package var outputTokens = 0
    /// Seconds: the request came, went to the worker, gave its first token, gave its last.
    package var arrival: Double
    package var dispatch = 0.0
    package var first = 0.0
    package var last = 0.0
    /// The longest time between two tokens.
    package var longestGap = 0.0

    package var ttft: Double { first - arrival }
    package var endToEnd: Double { last - arrival }
    /// Seconds from token to token, in the mean; nil for an answer of one token.
    package var interToken: Double? { outputTokens > 1 ? (last - first) / Double(outputTokens - 1) : nil }
}
