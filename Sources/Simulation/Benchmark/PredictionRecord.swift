package import Routing

/// What was promised for one time of a request, and what it was.
package struct PredictionRecord: Sendable, Equatable {
    /// Which of a request's two times.
    package enum Measure: String, Sendable, CaseIterable {
        case ttft
        case interToken = "inter_token"
    }

    package var measure: Measure
    package var worker: Int
    /// When the request was dispatched, in seconds.
    package var dispatch: Double
    package var promised: Quantiles
    package var measured: Double

    package init(measure: Measure, worker: Int, dispatch: Double, promised: Quantiles, measured: Double) {
        self.measure = measure
        self.worker = worker
        self.dispatch = dispatch
        self.promised = promised
        self.measured = measured
    }
}

/// How good a set of predictions was.
package struct PredictionScore: Sendable, Equatable {
    package let samples: Int
    /// Median and 90th percentile of |p50 - measured| / measured.
    package let medianError: Double
    package let error90: Double
    /// The parts of the samples at or below the promised quantiles.
    package let within50: Double
    package let within90: Double
    package let within99: Double

    package init(_ records: some Collection<PredictionRecord>) {
        samples = records.count
        let count = Double(max(records.count, 1))
        let errors = FleetReport.Distribution(
            records.map { abs($0.promised.p50 - $0.measured) / max($0.measured, .leastNormalMagnitude) })
        medianError = errors.percentile(50)
        error90 = errors.percentile(90)
        within50 = Double(records.count { $0.measured <= $0.promised.p50 }) / count
        within90 = Double(records.count { $0.measured <= $0.promised.p90 }) / count
        within99 = Double(records.count { $0.measured <= $0.promised.p99 }) / count
    }
}
