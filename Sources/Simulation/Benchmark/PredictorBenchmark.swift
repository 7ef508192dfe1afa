/// How true predictions are: in the long run, from a cold start, and after some workers have become slower. None is of a
/// request that the predictor had seen.
package struct PredictorBenchmark: Sendable {
    /// The predictions of a stretch of a run.
    package struct Window: Sendable {
        package let name: String
        package let measure: PredictionRecord.Measure
        package let score: PredictionScore
    }

    /// Half as fast from the middle of the trace on: one of each kind, where there are three.
    package static let slowed = [0, 5, 11]

    package let benchmark: RoutingBenchmark
    /// Requests a second.
    package let rate: Double

    package init(_ benchmark: RoutingBenchmark, rate: Double) {
        self.benchmark = benchmark
        self.rate = rate
    }

    /// From a run whose devices declare their speed.
    package static func warm(_ row: RoutingBenchmark.Row) -> [Window] {
        windows(row) { records in [("all", records)] }
    }

    /// Devices declare nothing.
    package func cold() -> [Window] {
        var benchmark = benchmark
        benchmark.knowsSpeed = false
        let row = benchmark.run(.predicted, rate: rate)
        return Self.windows(row) { records in
            [
                ("cold: first 200", Array(records.prefix(200))),
                ("cold: 200 to 1,000", Array(records.prefix(1000).dropFirst(200))),
                ("cold: later", Array(records.dropFirst(1000))),
            ]
        }
    }

    /// Some become half as fast.
    package func afterSpeedStep() -> [Window] {
        let trace = benchmark.trace.scaled(toRate: rate)
        let time = (trace.requests.last?.arrival ?? 0) / 2
        var benchmark = benchmark
        benchmark.options.speedChanges = Self.slowed.filter { $0 < benchmark.devices.count }
            .map { .init(time: time, worker: $0, speed: 0.5) }
        let row = benchmark.run(.predicted, rate: rate)
        return Self.windows(row) { records in
            let slowed = records.filter { Self.slowed.contains($0.worker) }
            let stretch = { (from: Double, to: Double) in
                slowed.filter { $0.dispatch >= time + from && $0.dispatch < time + to }
            }
            return [
                ("before the step", records.filter { $0.dispatch < time }),
                ("slowed: 0 to 30 s after", stretch(0, 30)),
                ("slowed: 30 to 120 s after", stretch(30, 120)),
                ("slowed: later", stretch(120, .infinity)),
            ]
        }
    }

    private static func windows(
        _ row: RoutingBenchmark.Row, _ divide: ([PredictionRecord]) -> [(String, [PredictionRecord])]
    ) -> [Window] {
        PredictionRecord.Measure.allCases.flatMap { measure in
            divide(row.predictions.filter { $0.measure == measure }).map { name, records in
                Window(name: name, measure: measure, score: PredictionScore(records))
            }
        }
    }
}
