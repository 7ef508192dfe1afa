/// What a run measured.
package struct LoadReport: Sendable {
    package let plan: LoadPlan
    package let completed: Int
    /// How often each failure happened, most frequent first.
    package let failures: [(reason: String, count: Int)]
    /// Seconds from the first start to the last end of the requests that count.
    package let duration: Double
    package let promptTokens: Int
    package let cachedTokens: Int
    package let outputTokens: Int
    /// Chunks that brought text: fewer than tokens when the server sends several at once.
    package let chunks: Int
    /// Seconds.
    package let timeToFirstToken: Statistics?
    /// Seconds from one chunk of text to the next.
    package let interTokenLatency: Statistics?
    /// Seconds.
    package let endToEnd: Statistics?
    /// Tokens a second of single streams, from first to last token.
    package let streamSpeed: Statistics?

    package init(plan: LoadPlan, records: [RequestRecord]) {
        let good = records.filter { $0.failure == nil }
        let reasons = Dictionary(grouping: records.compactMap(\.failure)) { $0 }
        self.plan = plan
        completed = good.count
        failures = reasons.map { ($0.key, $0.value.count) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        duration = (good.map(\.end).max() ?? 0) - (good.map(\.start).min() ?? 0)
        promptTokens = good.reduce(0) { $0 + ($1.promptTokens ?? 0) }
        cachedTokens = good.reduce(0) { $0 + $1.cachedTokens }
        outputTokens = good.reduce(0) { $0 + $1.outputTokens }
        chunks = good.reduce(0) { $0 + $1.chunkTimes.count }
        timeToFirstToken = Statistics(good.compactMap(\.timeToFirstToken))
        interTokenLatency = Statistics(good.flatMap(\.gaps))
        endToEnd = Statistics(good.map(\.endToEnd))
        streamSpeed = Statistics(good.compactMap(\.streamSpeed))
    }

    package var failed: Int { failures.reduce(0) { $0 + $1.count } }

    /// Tokens a second of all streams together.
    package var outputTokensPerSecond: Double { duration > 0 ? Double(outputTokens) / duration : 0 }

    package var requestsPerSecond: Double { duration > 0 ? Double(completed) / duration : 0 }
}
