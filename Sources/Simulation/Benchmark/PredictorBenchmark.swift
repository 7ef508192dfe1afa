/// How true predictions are: in the long run, from a cold start, and after half of the workers have changed their speed.
/// None is of a request that the predictor had seen: it learns from each after it was predicted.
package struct PredictorBenchmark: Sendable {
    /// The predictions of a stretch of a run.
    package struct Window: Sendable {
        package let name: String
        package let measure: PredictionRecord.Measure
        package let score: PredictionScore
        /// After a change of speed: see `RankedPredictions.settled`.
        package internal(set) var settledAfter: Int?
    }

    package let benchmark: RoutingBenchmark
    /// Requests a second.
    package let rate: Double

    package init(_ benchmark: RoutingBenchmark, rate: Double) {
        self.benchmark = benchmark
        self.rate = rate
    }

    /// From a run whose devices declare their speed.
    package static func warm(_ row: RoutingBenchmark.Row) -> [Window] { stretches("declared", row) }

    // MARK: Cold

    /// - Parameter declared: see `RoutingBenchmark.declaredFactor`.
    package func cold(_ name: String, declared: Double?) -> [Window] {
        var benchmark = benchmark
        benchmark.declaredFactor = declared
        return Self.stretches(name, benchmark.run(.predicted, rate: rate))
    }

    private static func stretches(_ name: String, _ row: RoutingBenchmark.Row) -> [Window] {
        PredictionRecord.Measure.allCases.flatMap { measure in
            let records = row.predictions.filter { $0.measure == measure }
            return [
                ("\(name): all", records[...]), ("\(name): first 200", records.prefix(200)),
                ("\(name): 200 to 1,000", records.prefix(1000).dropFirst(200)),
                ("\(name): later", records.dropFirst(1000)),
            ].map { Window(name: $0, measure: measure, score: PredictionScore($1)) }
        }
    }

    // MARK: A change of speed

    /// Every second worker takes a new speed in the middle of the trace; the predictions for these workers.
    /// - Parameter speed: compared to what they declare.
    package func afterSpeedStep(_ name: String, speed: Double) -> [Window] {
        let time = (benchmark.trace.scaled(toRate: rate).requests.last?.arrival ?? 0) / 2
        let changed = stride(from: 0, to: benchmark.devices.count, by: 2)
        var benchmark = benchmark
        benchmark.options.speedChanges = changed.map { .init(time: time, worker: $0, speed: speed) }
        let row = benchmark.run(.predicted, rate: rate)
        let records = row.predictions.filter { $0.worker.isMultiple(of: 2) }
        return PredictionRecord.Measure.allCases.flatMap { measure in
            Self.step(name, measure, records.filter { $0.measure == measure }, time: time)
        }
    }

    private static func step(
        _ name: String, _ measure: PredictionRecord.Measure, _ records: [PredictionRecord], time: Double
    ) -> [Window] {
        let after = RankedPredictions(records.filter { $0.dispatch >= time })
        var windows = [
            ("\(name): before", records.filter { $0.dispatch < time }),
            ("\(name): first 10 of each", after.of(0..<10)), ("\(name): 10 to 50 of each", after.of(10..<50)),
            ("\(name): later", after.of(50..<Int.max)),
        ].map { Window(name: $0, measure: measure, score: PredictionScore($1)) }
        windows[windows.count - 1].settledAfter = after.settled()
        return windows
    }
}
