import Routing
import TestSupport
import Testing

/// A time is known long after it was promised, and bursts of requests make many times long at once.
@Suite struct LateMeasurementTests {
    /// In a burst every second answer shares its steps with prompts that come after it.
    private static func slowdown(_ number: Int, _ generator: inout SeededGenerator) -> Double {
        let isBurst = number / 150 % 3 == 2
        let isHit = Double.random(in: 0..<1, using: &generator) < (isBurst ? 0.5 : 0.05)
        return isHit ? Double.random(in: 2..<8, using: &generator) : 1
    }

    @Test(arguments: 0..<3) func coverageHoldsWhenTimesAreKnownLate(seed: UInt64) throws {
        var traffic = try SyntheticTraffic([SyntheticWorker(), SyntheticWorker()], kinds: [0, 0], seed: seed)
        traffic.predictor.declare(try kind(0), speed: SyntheticWorker().declared)
        var underway: [LatencySample] = []
        for number in 0..<12_000 {
            let drawn = try traffic.draw()
            var sample = try traffic.sample(drawn)
            sample.interToken = drawn.interToken * Self.slowdown(number, &traffic.generator)
            sample.promised = try traffic.predict(drawn)
            underway.append(sample)
            if underway.count > 60 { traffic.predictor.observe(underway.removeFirst()) }
        }
        let (ttft, interToken) = traffic.predictor.quality(of: try kind(0))
        for coverage in [ttft.coverage, interToken.coverage] {
            #expect(abs(coverage.p50 - 0.5) <= 0.02)
            #expect(abs(coverage.p90 - 0.9) <= 0.02)
            #expect(abs(coverage.p99 - 0.99) <= 0.01)
        }
    }
}
