/// What was measured of one request. Times are in seconds from the start of the run.
package struct RequestRecord: Sendable, Equatable {
    /// When it was due: with a rate, a request that had to wait for its turn has waited since then.
    package var start: Double
    /// When text arrived, one for each chunk that brought some.
    package var chunkTimes: [Double] = []
    package var end: Double
    package var promptTokens: Int?
    package var cachedTokens = 0
    /// From the usage that the server reports; nil when it reports none.
    package var reportedTokens: Int?
    /// Why it does not count; nil for success.
    package var failure: String?

    package init(start: Double, end: Double) {
        self.start = start
        self.end = end
    }

    /// Tokens of the answer; chunks when the server does not say.
    package var outputTokens: Int { reportedTokens ?? chunkTimes.count }

    package var timeToFirstToken: Double? { chunkTimes.first.map { $0 - start } }

    package var endToEnd: Double { end - start }

    /// Times between one chunk of text and the next.
    package var gaps: [Double] { zip(chunkTimes.dropFirst(), chunkTimes).map { $0 - $1 } }

    /// Tokens a second while the answer ran; nil for answers too short to tell.
    package var streamSpeed: Double? {
        guard let first = chunkTimes.first, let last = chunkTimes.last else { return nil }
        guard last > first, outputTokens > 1 else { return nil }
        return Double(outputTokens - 1) / (last - first)
    }
}
