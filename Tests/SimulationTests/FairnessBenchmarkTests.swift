import Simulation
import Testing

@Suite struct FairnessBenchmarkTests {
    /// A small device, so that little virtual time shows much.
    private static func benchmark() throws -> FairnessBenchmark {
        var benchmark = FairnessBenchmark(device: try .named("h100-8b"))
        benchmark.device.maximumSequences = 32
        benchmark.seconds = 90
        return benchmark
    }

    @Test func unequalTenantsAreServedAlikeInEveryHalfMinute() throws {
        let benchmark = try Self.benchmark()
        let (fair, plain) = (benchmark.run(.fair), benchmark.run(.firstCome))
        #expect(fair.lowestIndex(window: 30) >= 0.98)
        #expect(fair.throughput >= 0.97 * plain.throughput)
        // And first come, first served is not fair, or the above would show nothing.
        #expect(plain.lowestIndex(window: 30) < 0.7)
    }

    @Test func allWorkIsSomebodysAndSharesAddUp() throws {
        let result = try Self.benchmark().run(.fair)
        #expect(abs(result.shares.reduce(0, +) - 1) < 1e-9)
        #expect(result.shares.count == 8 && result.finished > 0)
        #expect(result.work.count == 90 && result.lowestIndex(window: 91) == 1)
    }
}
