/// What a time, in seconds, stays below in 50, 90 and 99 of 100 cases.
package struct Quantiles: Sendable, Equatable {
    package let p50: Double
    package let p90: Double
    package let p99: Double

    package init(p50: Double, p90: Double, p99: Double) {
        self.p50 = p50
        self.p90 = p90
        self.p99 = p99
    }

    /// The chance of staying at or below `limit`: straight between the quantiles, the lower half as the upper.
    package func chance(within limit: Double) -> Double {
        if limit < p50 { return max(0.5 - 0.4 * (p50 - limit) / (p90 - p50), 0) }
        if limit < p90 { return 0.5 + 0.4 * (limit - p50) / (p90 - p50) }
        if limit < p99 { return 0.9 + 0.09 * (limit - p90) / (p99 - p90) }
        return min(0.99 + 0.01 * (limit - p99) / max(p99 - p50, .leastNormalMagnitude), 1)
    }
}

/// How long a request will take at a worker.
package struct LatencyPrediction: Sendable, Equatable {
    /// Seconds from dispatch to the first token.
    package let ttft: Quantiles
    /// Seconds from token to token, in the mean over the answer.
    package let interToken: Quantiles
    /// Rests neither on a declared speed nor on enough measurements.
    package let isCold: Bool

    package init(ttft: Quantiles, interToken: Quantiles, isCold: Bool) {
        self.ttft = ttft
        self.interToken = interToken
        self.isCold = isCold
    }
}

/// What a dispatched request took: one for the first token, one at the end of the stream.
package struct LatencySample: Sendable {
    package var worker: WorkerKey
    package var kind: WorkerKind
    package var features: DispatchFeatures
    /// Seconds from dispatch to the first token.
    package var ttft: Double?
    /// Seconds from the first token to the last, by the tokens after the first.
    package var interToken: Double?
    /// What was predicted when the request was dispatched; if given, error and coverage are measured against it.
    package var promised: LatencyPrediction?

    package init(
        worker: WorkerKey, kind: WorkerKind, features: DispatchFeatures, ttft: Double? = nil,
        interToken: Double? = nil, promised: LatencyPrediction? = nil
    ) {
        self.worker = worker
        self.kind = kind
        self.features = features
        self.ttft = ttft
        self.interToken = interToken
        self.promised = promised
    }
}
