import Routing
import Simulation
import Synchronization
import Testing

@Suite struct RoutingSweepTests {
    private static func benchmark(requests: Int = 300) throws -> RoutingBenchmark {
        let requests = (0..<requests).map { number in
            TraceRequest(
                arrival: Double(number), promptTokens: 600 + number % 7 * 300, outputTokens: 5 + number % 20,
                blocks: (0..<UInt64((600 + number % 7 * 300 + 511) / 512)).map { UInt64(number % 9) << 20 | $0 })
        }
        let devices = try ["h100-8b", "a100-8b", "l4-8b"].map { try DeviceProfile.named($0) }
        return RoutingBenchmark(devices: devices, trace: Trace(requests))
    }

    @Test func everyPolicyRunsAtEveryRateInOrder() async throws {
        let done = Mutex(0)
        let sweep = RoutingSweep(try Self.benchmark(), policies: [.sticky, .predicted, .roundRobin], rates: [1, 5])
        let rows = await sweep.run(atOnce: 2) { _ in done.withLock { $0 += 1 } }
        #expect(
            rows.map { $0.map(\.policy) } == [[.sticky, .predicted, .roundRobin], [.sticky, .predicted, .roundRobin]])
        #expect(rows.map { $0.map(\.rate) } == [[1, 1, 1], [5, 5, 5]])
        #expect(done.withLock { $0 } == 6)
        // Side by side or one by one, virtual time is the same.
        #expect(rows[1][1].report == sweep.benchmark.run(.predicted, rate: 5).report)
    }

    @Test func gainsAreOverTheBestOfEachFigure() throws {
        let benchmark = try Self.benchmark(requests: 60)
        let (own, others) = (
            benchmark.run(.sticky, rate: 2).report, [1, 8].map { benchmark.run(.roundRobin, rate: $0).report }
        )
        let best = try #require(others.map { $0.ttft.percentile(95) }.min())
        let gain = try #require(RoutingFigure.ttftP95.gain(of: own, over: others))
        #expect(abs(gain - (1 - own.ttft.percentile(95) / best) * 100) < 1e-9)
        let rate = try #require(others.map(\.outputRate).max())
        // Four times as many requests a second are more tokens a second.
        let loss = try #require(RoutingFigure.outputRate.gain(of: own, over: others))
        #expect(loss < -50 && abs(loss - (own.outputRate / rate - 1) * 100) < 1e-9)
        #expect(RoutingFigure.outputRate.gain(of: own, over: []) == nil)
    }

    @Test func withoutTheRouterOrABaselineThereIsNothingToCompare() throws {
        let benchmark = try Self.benchmark(requests: 20)
        let rows = [RoutingBenchmark.Policy.sticky, .predicted].map { benchmark.run($0, rate: 2) }
        #expect(RoutingSweep.gains(rows)?.count == RoutingFigure.allCases.count)
        #expect(RoutingSweep.gains([rows[0]]) == nil && RoutingSweep.gains([rows[1]]) == nil)
    }

    @Test func windowsOfPredictionsHoldWhatTheirNamesSay() throws {
        let benchmark = try Self.benchmark()
        let warm = PredictorBenchmark.warm(benchmark.run(.predicted, rate: 5))
        #expect(warm.map(\.score.samples) == [300, 200, 100, 0, 300, 200, 100, 0])
        let stepped = PredictorBenchmark(benchmark, rate: 5).afterSpeedStep("slower", speed: 0.5)
        #expect(stepped.map(\.name).prefix(2) == ["slower: before", "slower: first 10 of each"])
        // Of three workers the first and the third change: the requests of both before and after, and of no other.
        for measure in [stepped[0..<4], stepped[4..<8]] {
            let counts = measure.map(\.score.samples)
            #expect((1...150).contains(counts[0]) && (1...20).contains(counts[1]) && counts[2] <= 80)
            #expect(counts[1] + counts[2] + counts[3] <= 150)
        }
    }

    @Test func whatIsDeclaredIsWhatIsPredictedFirst() throws {
        let predictor = PredictorBenchmark(try Self.benchmark(requests: 40), rate: 0.2)
        let error = { (declared: Double?) in predictor.cold("", declared: declared)[0].score.medianError }
        let (right, fast) = (error(1), error(4))
        #expect(right < 0.1 && fast > right)
        #expect(error(nil) > right)
    }

    @Test func decisionsAreTimedByTheClockThatIsGiven() {
        var now: UInt64 = 0
        let times = RoutingBenchmark.decisionTimes(workers: 10, decisions: 50) {
            now += 7
            return now
        }
        #expect(times == Array(repeating: 7, count: 50))
    }
}
