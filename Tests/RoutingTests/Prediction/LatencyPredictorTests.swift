import Routing
import TestSupport
import Testing

@Suite struct LatencyPredictorTests {
    /// Five workers of three kinds, of which two differ from their kind.
    private static let unequal = [
        SyntheticWorker(prefillTokensPerSecond: 20_000), SyntheticWorker(slowdown: 1.3), SyntheticWorker(),
        SyntheticWorker(prefillTokensPerSecond: 3000, stepSeconds: 0.06),
        SyntheticWorker(prefillTokensPerSecond: 3000, stepSeconds: 0.06, slowdown: 0.8),
    ]
    private static let kinds = [0, 1, 1, 2, 2]

    private static func traffic(seed: UInt64, learned: Int) throws -> SyntheticTraffic {
        var traffic = try SyntheticTraffic(unequal, kinds: kinds, seed: seed)
        try traffic.learn(learned)
        return traffic
    }

    // MARK: Cold

    @Test func beforeAnySampleTheDeclaredSpeedIsPredicted() throws {
        for truth in Self.unequal {
            var pool = ExamplePool()
            try pool.add()
            pool.predictor.declare(pool.workers[0].kind, speed: truth.declared)
            let request = RequestShape(promptTokens: 3000, expectedOutputTokens: 100)
            let predicted = pool.prediction(request, at: 0, matched: 1000)
            let step = truth.step(pool.workers[0], request)
            #expect(abs(predicted.ttft.p50 / (2000 / truth.prefillTokensPerSecond + step) - 1) < 0.01)
            #expect(abs(predicted.interToken.p50 / step - 1) < 0.01)
            #expect(!predicted.isCold)
        }
    }

    @Test func whatWasNotDeclaredIsColdUntilItWasMeasured() throws {
        var traffic = try SyntheticTraffic([SyntheticWorker()], kinds: [4], seed: 1)
        for _ in 0..<32 {
            let drawn = try traffic.draw()
            #expect(try traffic.predict(drawn).isCold)
            try traffic.learn(1)
        }
        let drawn = try traffic.draw()
        #expect(try !traffic.predict(drawn).isCold)
    }

    @Test func aDeclaredKindIsRightAtOnceAndBetterThanAnUndeclaredOneAfterAFewSamples() throws {
        var declared = try SyntheticTraffic([SyntheticWorker()], kinds: [0], seed: 3)
        var undeclared = declared
        declared.predictor.declare(try kind(0), speed: SyntheticWorker().declared)
        #expect(try declared.heldOut(500).interTokenError < 0.02)
        try declared.learn(10)
        try undeclared.learn(10)
        #expect(try declared.heldOut(500).ttftError < undeclared.heldOut(500).ttftError)
    }

    @Test func aNewWorkerIsTakenForOneOfItsKind() throws {
        var traffic = try Self.traffic(seed: 4, learned: 3000)
        let drawn = try traffic.draw(at: 2)
        let stranger = traffic.predictor.predict(drawn.features, worker: try key(99), kind: try kind(1))
        #expect(stranger != (try traffic.predict(drawn)))
        traffic.predictor.forget(try key(2))
        #expect(stranger == (try traffic.predict(drawn)))
    }

    // MARK: Error and coverage

    @Test(arguments: 0..<3) func convergesToTheTruthOfUnequalWorkers(seed: UInt64) throws {
        var traffic = try Self.traffic(seed: seed, learned: 3000)
        for place in Self.unequal.indices {
            let result = try traffic.heldOut(500, at: place)
            #expect(result.ttftError < 0.15, "worker \(place)")
            #expect(result.interTokenError < 0.12, "worker \(place)")
        }
        let all = try traffic.heldOut(2000)
        #expect(all.ttftError < 0.08)
        #expect(all.interTokenError < 0.07)
    }

    /// Noise grows sixfold with load; quantiles hold all the same, on requests that are not learned from.
    @Test(arguments: 0..<3) func coverageHoldsOnHeldOutRequests(seed: UInt64) throws {
        var traffic = try Self.traffic(seed: seed, learned: 2000)
        var result = HeldOut()
        for _ in 0..<100 {
            try traffic.learn(50)
            for _ in 0..<100 {
                let drawn = try traffic.draw()
                result.add(drawn, try traffic.predict(drawn))
            }
        }
        for coverage in [result.ttftCoverage, result.interTokenCoverage] { Self.expectNominal(coverage) }
    }

    @Test(arguments: 0..<3) func coverageHoldsAfterAStepOfSpeed(seed: UInt64) throws {
        var traffic = try Self.traffic(seed: seed, learned: 3000)
        traffic.truths[2].slowdown = 2
        traffic.truths[4].slowdown = 0.4
        try traffic.learn(150)
        let before = try (0..<3).map { traffic.predictor.quality(of: try kind($0)) }
        try traffic.learn(6000)
        for (place, before) in before.enumerated() {
            let after = traffic.predictor.quality(of: try kind(place))
            for quality in [after.ttft.since(before.ttft), after.interToken.since(before.interToken)] {
                let coverage = quality.coverage
                Self.expectNominal([coverage.p50, coverage.p90, coverage.p99, 0])
                #expect(quality.meanError < 0.35)
            }
        }
    }

    private static func expectNominal(_ coverage: SIMD4<Double>) {
        #expect(abs(coverage[0] - 0.5) <= 0.02)
        #expect(abs(coverage[1] - 0.9) <= 0.02)
        #expect(abs(coverage[2] - 0.99) <= 0.02)
    }

    @Test(arguments: [0.4, 0.6, 1.6, 3, 6]) func aStepOfOneWorkersSpeedIsFollowedWithinTensOfSamples(
        slowdown: Double
    ) throws {
        var traffic = try Self.traffic(seed: 9, learned: 3000)
        traffic.truths[2].slowdown = slowdown
        #expect(try traffic.heldOut(300, at: 2).ttftError > 0.3)
        try traffic.learn(40, at: 2)
        #expect(try traffic.heldOut(300, at: 2).ttftError < 0.2)
        #expect(try traffic.heldOut(300, at: 2).interTokenError < 0.2)
        #expect(try traffic.heldOut(300, at: 0).ttftError < 0.15, "another kind")
    }

    @Test func whatWasPromisedIsWhatCounts() throws {
        var traffic = try Self.traffic(seed: 5, learned: 100)
        let before = traffic.predictor.quality(of: try kind(0)).ttft
        for tail in [0.001, 1000.0] {
            var sample = try traffic.sample(try traffic.draw(at: 0))
            let drawn = try traffic.draw(at: 0)
            let base = try traffic.predict(drawn)
            sample.promised = tail < 1 ? Self.scaled(base, 1e-6) : Self.scaled(base, 1e6)
            traffic.predictor.observe(sample)
        }
        let quality = traffic.predictor.quality(of: try kind(0)).ttft.since(before)
        #expect(quality.samples == 2)
        #expect(quality.coverage == (0.5, 0.5, 0.5))
        #expect(quality.meanError <= PredictionQuality.largestError)
    }

    private static func scaled(_ prediction: LatencyPrediction, _ by: Double) -> LatencyPrediction {
        let ttft = prediction.ttft
        return LatencyPrediction(
            ttft: Quantiles(p50: ttft.p50 * by, p90: ttft.p90 * by, p99: ttft.p99 * by),
            interToken: prediction.interToken, isCold: prediction.isCold)
    }

    // MARK: Shape

    @Test func moreWorkIsNeverPredictedToTakeLess() throws {
        var traffic = try Self.traffic(seed: 6, learned: 2000)
        let request = RequestShape(promptTokens: 2000)
        for place in Self.unequal.indices {
            for _ in 0..<50 {
                let random = { (bound: Int) in Int.random(in: 0..<bound, using: &traffic.generator) }
                let (running, waiting, tokens) = (random(40), random(20), random(30_000))
                let less = try Self.busy(place, running, waiting, tokens, context: running * 100)
                let more = try Self.busy(
                    place, running + random(20), waiting + random(9), tokens + random(9000),
                    context: running * 100 + random(9000))
                let matched = random(1999)
                let first = try Self.expected(traffic, less, request, matched)
                let second = try Self.expected(traffic, more, request, random(matched + 1))
                #expect(first.ttft.p50 <= second.ttft.p50 * 1.05)
                #expect(first.interToken.p50 <= second.interToken.p50 * 1.05)
            }
        }
    }

    private static func busy(
        _ place: Int, _ running: Int, _ waiting: Int, _ tokens: Int, context: Int
    ) throws -> WorkerPicture {
        WorkerPicture(
            key: try key(place), kind: try kind(kinds[place]),
            capacity: .init(maximumSequences: 64, maximumWaiting: 64, kvTokens: 1_000_000),
            load: .init(running: running, waiting: waiting, pendingPrefillTokens: tokens, contextTokens: context))
    }

    private static func expected(
        _ traffic: SyntheticTraffic, _ worker: WorkerPicture, _ request: RequestShape, _ matched: Int
    ) throws -> LatencyPrediction {
        let features = DispatchFeatures(of: request, at: worker, matchedTokens: matched)
        return traffic.predictor.predict(features, worker: worker.key, kind: worker.kind)
    }

    @Test func theChanceOfALimitGrowsWithItAndIsThatOfTheQuantiles() {
        let quantiles = Quantiles(p50: 1, p90: 2, p99: 5)
        let limits = stride(from: 0.0, through: 20, by: 0.05)
        let chances = limits.map { quantiles.chance(within: $0) }
        #expect(zip(chances, chances.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(chances.allSatisfy { (0...1).contains($0) })
        #expect([1, 2, 5].map { quantiles.chance(within: $0) } == [0.5, 0.9, 0.99])
        let sure = Quantiles(p50: 1, p90: 1, p99: 1)
        #expect(sure.chance(within: 0.5) <= 0.5 && sure.chance(within: 1) >= 0.99)
    }
}
