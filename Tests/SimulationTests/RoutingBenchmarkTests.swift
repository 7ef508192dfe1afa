import Routing
import Simulation
import TestSupport
import Testing

@Suite struct RoutingBenchmarkTests {
    /// Conversations whose prompts share long starts, as fast as four unequal workers can just take them.
    private static func benchmark() throws -> RoutingBenchmark {
        var generator = SeededGenerator(seed: 11)
        var requests: [TraceRequest] = []
        for number in 0..<600 {
            let talk = UInt64(Int.random(in: 0..<60, using: &generator))
            let blocks = Int.random(in: 2...12, using: &generator)
            requests.append(
                TraceRequest(
                    arrival: Double(number), promptTokens: blocks * 512 + 100,
                    outputTokens: Int.random(in: 5...80, using: &generator),
                    blocks: (0..<UInt64(blocks)).map { talk << 8 | $0 } + [1 << 40 | UInt64(number)]))
        }
        let devices = try ["h100-8b", "a100-8b", "a100-8b", "l4-8b"].map { try DeviceProfile.named($0) }
        return RoutingBenchmark(devices: devices, trace: Trace(requests))
    }

    @Test func everyPolicyServesEveryRequest() throws {
        let benchmark = try Self.benchmark()
        let tokens = benchmark.trace.requests.reduce(0) { $0 + $1.outputTokens }
        for policy in RoutingBenchmark.Policy.allCases {
            let row = benchmark.run(policy, rate: 4)
            #expect(row.report.refused == 0 && row.report.outputTokens == tokens)
            #expect(row.predictions.count == 1200)
        }
    }

    @Test func policiesThatKnowPrefixesFindThem() throws {
        let benchmark = try Self.benchmark()
        let blind = benchmark.run(.roundRobin, rate: 1).report.cachedShare
        for policy in [RoutingBenchmark.Policy.prefixAffinity, .sticky] {
            #expect(benchmark.run(policy, rate: 1).report.cachedShare > blind + 0.05)
        }
    }

    @Test func theKneeIsWhereTheBestBaselineGivesUp() throws {
        var benchmark = try Self.benchmark()
        benchmark.objectives = .init(ttft: 1, interToken: 0.1)
        let knee = benchmark.knee()
        let best = { (rate: Double) in
            RoutingBenchmark.Policy.baselines.map { benchmark.run($0, rate: rate).report.attainment }.max() ?? 0
        }
        #expect(best(knee) >= 0.9)
        #expect(best(knee * 1.5) < 0.9)
    }

    @Test func predictionsAreKeptWithWhatCameOfThem() throws {
        let row = try Self.benchmark().run(.predicted, rate: 3)
        for measure in PredictionRecord.Measure.allCases {
            let score = PredictionScore(row.predictions.filter { $0.measure == measure }.suffix(300))
            #expect(score.samples == 300)
            #expect(score.within50 <= score.within90 && score.within90 <= score.within99)
            #expect(score.medianError <= 1 && score.medianError <= score.error90)
        }
    }

    @Test func aScoreCounts() {
        let quantiles = Quantiles(p50: 1, p90: 2, p99: 4)
        let score = PredictionScore(
            [0.5, 1, 2, 4, 8].map {
                PredictionRecord(measure: .ttft, worker: 0, dispatch: 0, promised: quantiles, measured: $0)
            })
        #expect(score.within50 == 0.4 && score.within90 == 0.6 && score.within99 == 0.8)
        #expect(score.medianError == 0.75 && score.error90 == 1)
        #expect(PredictionScore([]).samples == 0)
    }
}
