/// A run in numbers. Latencies are in milliseconds, and of the requests that completed.
package struct Summary: Sendable, Equatable {
    /// A kind of failure.
    package struct FailureCount: Sendable, Equatable {
        package let kind: String
        package let count: Int
        /// The first of them in words.
        package let example: String
    }

    package let numCompleted: Int
    package let numFailed: Int
    /// Planned, but stopped or never sent.
    package let numUnfinished: Int
    /// Most frequent first.
    package let failures: [FailureCount]
    /// From the first sending to the last end of those that completed or failed.
    package let durationSeconds: Double
    /// Of the completed requests whose usage is known.
    package let promptTokens: Int
    package let cachedTokens: Int
    /// Of all completed requests.
    package let outputTokens: Int
    /// Chunks that brought text: fewer than tokens where the server sends several at once.
    package let textChunks: Int
    /// Completed requests whose tokens are chunks, because the server reported no usage.
    package let numWithoutUsage: Int

    package let timeToFirstToken: Distribution?
    package let timePerOutputToken: Distribution?
    package let interTokenLatency: Distribution?
    package let endToEnd: Distribution?
    /// Tokens a second.
    package let streamSpeed: Distribution?
    /// Of the open loop.
    package let startDelay: Distribution?

    /// - Parameter planned: requests that should have been made; at least as many as there are samples.
    package init(_ samples: [Sample], planned: Int) {
        let completed = samples.filter(\.isCompleted)
        let failed = samples.compactMap(\.failure)
        numCompleted = completed.count
        numFailed = failed.count
        numUnfinished = planned - completed.count - failed.count
        failures = Self.counts(of: failed)
        durationSeconds = Self.duration(of: samples.filter { $0.outcome != .unfinished })
        promptTokens = completed.reduce(0) { $0 + ($1.usage?.promptTokens ?? 0) }
        cachedTokens = completed.reduce(0) { $0 + ($1.usage?.cachedTokens ?? 0) }
        outputTokens = completed.reduce(0) { $0 + $1.outputTokens }
        textChunks = completed.reduce(0) { $0 + $1.textTimes.count }
        numWithoutUsage = completed.count { $0.usage == nil }
        let milliseconds = { (seconds: Double) in seconds * 1000 }
        timeToFirstToken = Distribution(completed.compactMap(\.timeToFirstToken).map(milliseconds))
        timePerOutputToken = Distribution(completed.compactMap(\.timePerOutputToken).map(milliseconds))
        interTokenLatency = Distribution(completed.lazy.flatMap(\.interTokenLatencies).map(milliseconds))
        endToEnd = Distribution(completed.map(\.endToEnd).map(milliseconds))
        streamSpeed = Distribution(completed.compactMap(\.tokensPerSecond))
        startDelay = Distribution(completed.compactMap(\.startDelay).map(milliseconds))
    }

    private static func duration(of samples: [Sample]) -> Double {
        guard let first = samples.map(\.sent).min(), let last = samples.map(\.ended).max() else { return 0 }
        return last - first
    }

    private static func counts(of failures: [RequestFailure]) -> [FailureCount] {
        Dictionary(grouping: failures, by: \.kind)
            .map { FailureCount(kind: $0, count: $1.count, example: $1.first?.description ?? "") }
            .sorted { ($1.count, $0.kind) < ($0.count, $1.kind) }
    }
}

extension Summary {
    package var requestsPerSecond: Double { perSecond(numCompleted) }

    /// All streams together.
    package var outputTokensPerSecond: Double { perSecond(outputTokens) }

    /// Prompts and answers of all streams together.
    package var totalTokensPerSecond: Double { perSecond(promptTokens + outputTokens) }

    /// 0 for a run that took no time.
    private func perSecond(_ count: Int) -> Double { durationSeconds > 0 ? Double(count) / durationSeconds : 0 }
}
