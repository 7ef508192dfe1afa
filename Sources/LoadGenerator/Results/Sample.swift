/// What was measured of one request. Times are in seconds on the run's clock.
package struct Sample: Sendable, Equatable {
    package enum Outcome: Sendable, Equatable {
        case completed
        case failed(RequestFailure)
        /// The run was stopped before the answer was whole.
        case unfinished
    }

    /// When a schedule wanted it to be sent; nil in a closed loop.
    package var due: Double?
    package var sent: Double
    /// When text arrived: a time for each chunk that brought some.
    package var textTimes: [Double] = []
    /// When the last event of the answer arrived, or the failure was noticed.
    package var ended: Double
    /// nil when the server does not report it.
    package var usage: TokenUsage?
    package var outcome = Outcome.unfinished

    package init(due: Double? = nil, sent: Double) {
        self.due = due
        self.sent = sent
        ended = sent
    }
}

extension Sample {
    package var isCompleted: Bool { outcome == .completed }

    package var failure: RequestFailure? {
        if case .failed(let failure) = outcome { failure } else { nil }
    }

    /// Tokens of the answer by the server's count; chunks with text where there is none.
    package var outputTokens: Int { usage?.outputTokens ?? textTimes.count }

    /// How much later than planned it was sent, because too many others were under way.
    package var startDelay: Double? { due.map { max(sent - $0, 0) } }

    /// TTFT: from sending to the first chunk with text; nil for an empty answer.
    package var timeToFirstToken: Double? { textTimes.first.map { $0 - sent } }

    /// E2E: from sending to the last event.
    package var endToEnd: Double { ended - sent }

    /// TPOT: the mean time of a token after the first, (E2E − TTFT) / (tokens − 1), as vLLM's benchmark has
    /// it; nil for answers without a second token.
    package var timePerOutputToken: Double? {
        guard let timeToFirstToken, outputTokens > 1 else { return nil }
        return (endToEnd - timeToFirstToken) / Double(outputTokens - 1)
    }

    /// ITL: the times between one chunk of text and the next, each as it was.
    package var interTokenLatencies: some Sequence<Double> {
        zip(textTimes.dropFirst(), textTimes).lazy.map { $0 - $1 }
    }

    /// Output tokens a second of this stream alone, from sending to the last event; nil when it took no time.
    package var tokensPerSecond: Double? { endToEnd > 0 ? Double(outputTokens) / endToEnd : nil }
}
