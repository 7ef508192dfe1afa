import Routing

/// Policies under several loads.
package struct RoutingSweep: Sendable {
    package let benchmark: RoutingBenchmark
    package let policies: [RoutingBenchmark.Policy]
    /// Requests a second.
    package let rates: [Double]

    package init(_ benchmark: RoutingBenchmark, policies: [RoutingBenchmark.Policy], rates: [Double]) {
        self.benchmark = benchmark
        self.policies = policies
        self.rates = rates
    }

    /// Runs every policy at every rate, so many at a time.
    /// - Parameter done: called after each.
    /// - Returns: for each rate a row for each policy.
    package func run(
        atOnce: Int, done: @Sendable (RoutingBenchmark.Row) -> Void
    ) async -> [[RoutingBenchmark.Row]] {
        let runs = rates.flatMap { rate in policies.map { (policy: $0, rate: rate) } }
        let rows = await withTaskGroup(of: (Int, RoutingBenchmark.Row).self) { group in
            var rows: [RoutingBenchmark.Row?] = Array(repeating: nil, count: runs.count)
            for place in runs.indices {
                if place >= atOnce, let (ended, row) = await group.next() {
                    rows[ended] = row
                    done(row)
                }
                group.addTask { (place, benchmark.run(runs[place].policy, rate: runs[place].rate)) }
            }
            for await (ended, row) in group {
                rows[ended] = row
                done(row)
            }
            return rows.compactMap { $0 }
        }
        return rates.indices.map { Array(rows[$0 * policies.count..<($0 + 1) * policies.count]) }
    }

    /// By how many percent the router that predicts is better than the best baseline of each figure.
    /// - Parameter rows: of one rate.
    /// - Returns: nil when the router or every baseline is missing.
    package static func gains(_ rows: [RoutingBenchmark.Row]) -> [RoutingFigure: Double]? {
        let baselines = rows.filter { $0.policy != .predicted }.map(\.report)
        guard let router = rows.first(where: { $0.policy == .predicted })?.report, !baselines.isEmpty else {
            return nil
        }
        return RoutingFigure.allCases.reduce(into: [:]) { gains, figure in
            gains[figure] = figure.gain(of: router, over: baselines)
        }
    }
}

extension RoutingBenchmark {
    /// How long decisions take, by the clock of the machine: see `DecisionBenchmark`.
    /// - Returns: nanoseconds of each, the shortest first.
    package static func decisionTimes(workers: Int, decisions: Int, nanoseconds: () -> UInt64) -> [UInt64] {
        var randomness = SystemRandomNumberGenerator()
        let benchmark = DecisionBenchmark(workers: workers, chunks: 128, randomness: &randomness)
        return benchmark.run(decisions: decisions, randomness: &randomness, nanoseconds: nanoseconds)
    }
}
