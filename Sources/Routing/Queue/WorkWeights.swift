/// What tokens cost a worker, as fairness and forecasts count it: in thousandths of an uncached prompt token.
///
/// Integers, so that what was charged can be taken back exactly.
package struct WorkWeights: Sendable, Equatable {
    /// The work of an uncached prompt token at the usual weights.
    package static let unit: Int64 = 1_000
    /// No request counts for more (a thousand million prompt tokens): sums of many stay exact.
    package static let maximumWork: Int64 = 1 << 40

    /// Work of a prompt token that must be prefilled.
    package var uncachedPrompt: Int64
    /// Work of a prompt token whose keys and values are cached: reading them is not free, but nearly.
    package var cachedPrompt: Int64
    /// Work of a generated token.
    package var output: Int64

    /// - Parameters: work per token; a negative weight counts as 0.
    package init(uncachedPrompt: Int64 = unit, cachedPrompt: Int64 = unit / 10, output: Int64 = 2 * unit) {
        self.uncachedPrompt = max(0, uncachedPrompt)
        self.cachedPrompt = max(0, cachedPrompt)
        self.output = max(0, output)
    }

    /// The work of a request, between 1 and `maximumWork`; negative counts are taken as 0.
    package func work(uncachedPromptTokens: Int, cachedPromptTokens: Int, outputTokens: Int) -> Int64 {
        let parts = [
            (uncachedPromptTokens, uncachedPrompt), (cachedPromptTokens, cachedPrompt), (outputTokens, output),
        ]
        var total: Int64 = 0
        for (tokens, weight) in parts {
            let (part, overflow) = Int64(max(0, tokens)).multipliedReportingOverflow(by: weight)
            total += overflow ? Self.maximumWork : min(part, Self.maximumWork)
        }
        return Self.bounded(total)
    }

    /// Work as a queue counts it: nothing is free, else a tenant could queue it without end.
    static func bounded(_ work: Int64) -> Int64 { min(max(1, work), maximumWork) }
}
