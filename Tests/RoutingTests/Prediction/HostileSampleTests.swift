import Routing
import TestSupport
import Testing

/// Workers, clocks and clients may say anything; predictions stay finite, ordered and, where most is honest, right.
@Suite struct HostileSampleTests {
    private static let numbers = [0, 1, -1, Int.min, Int.max, 1 << 40, 17]
    private static let seconds = [
        0, -1, .nan, .infinity, -.infinity, 1e300, 1e-300, .leastNonzeroMagnitude, 0.1, 1, 1e5,
    ]

    @Test func outliersMoveLittle() throws {
        var traffic = try SyntheticTraffic([SyntheticWorker(), SyntheticWorker()], kinds: [0, 0], seed: 2)
        for round in 0..<3000 {
            let drawn = try traffic.draw()
            var sample = try traffic.sample(drawn)
            if round % 30 == 0 {
                let factor = round % 60 == 0 ? 1000.0 : 0.001
                sample.ttft = drawn.ttft * factor
                sample.interToken = drawn.interToken * factor
            }
            traffic.predictor.observe(sample)
        }
        let result = try traffic.heldOut(1000)
        #expect(result.ttftError < 0.15)
        #expect(result.interTokenError < 0.15)
    }

    @Test func impossibleTimesArePassedOver() throws {
        var traffic = try SyntheticTraffic([SyntheticWorker()], kinds: [0], seed: 3)
        try traffic.learn(100)
        let drawn = try traffic.draw()
        let before = try traffic.predict(drawn)
        for time in [0, -1, .nan, .infinity, -.infinity] as [Double] {
            var sample = try traffic.sample(drawn)
            (sample.ttft, sample.interToken) = (time, time)
            traffic.predictor.observe(sample)
        }
        #expect(try traffic.predict(drawn) == before)
        #expect(traffic.predictor.samples == 100)
    }

    @Test(arguments: 0..<20) func anythingLeavesPredictionsFiniteAndOrdered(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var predictor = LatencyPredictor()
        for _ in 0..<300 {
            let worker = try key(Int.random(in: 0..<4, using: &generator))
            let kind = try kind(Int.random(in: 0..<3, using: &generator))
            let features = try Self.features(worker, kind, &generator)
            func random() -> Double { Self.seconds.randomElement(using: &generator) ?? 0 }
            if Int.random(in: 0..<40, using: &generator) == 0 {
                let speed = DeclaredSpeed(
                    prefillTokensPerSecond: random(), stepSeconds: random(), secondsPerSequence: random(),
                    secondsPerContextToken: random())
                predictor.declare(kind, speed: speed)
            }
            let predicted = predictor.predict(features, worker: worker, kind: kind)
            for times in [predicted.ttft, predicted.interToken] {
                #expect(times.p50 > 0 && times.p50 <= times.p90 && times.p90 <= times.p99 && times.p99.isFinite)
            }
            predictor.observe(
                LatencySample(
                    worker: worker, kind: kind, features: features, ttft: random(), interToken: random(),
                    promised: predicted))
        }
    }

    private static func features(
        _ worker: WorkerKey, _ kind: WorkerKind, _ generator: inout SeededGenerator
    ) throws -> DispatchFeatures {
        func number() -> Int { numbers.randomElement(using: &generator) ?? 0 }
        func second() -> Double { seconds.randomElement(using: &generator) ?? 0 }
        let picture = WorkerPicture(
            key: worker, kind: kind,
            capacity: .init(maximumSequences: number(), maximumWaiting: number(), kvTokens: number()),
            load: .init(
                running: number(), waiting: number(), kvUsage: second(), pendingPrefillTokens: number(),
                contextTokens: number(), steps: number(), age: second()),
            dispatched: .init(sequences: number(), promptTokens: number(), uncachedTokens: number()))
        let request = RequestShape(
            promptTokens: number(), expectedOutputTokens: second(),
            objectives: Objectives(ttft: second(), interToken: second()), deadline: second())
        return DispatchFeatures(of: request, at: picture, matchedTokens: number())
    }
}
