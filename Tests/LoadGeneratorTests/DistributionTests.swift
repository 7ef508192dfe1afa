import LoadGenerator
import TestSupport
import Testing

@Suite struct DistributionTests {
    /// By NumPy 2's `percentile` with its default method.
    @Test func percentilesAreNumPys() {
        let sorted = [3.5, -1.25, 10.0, 2.0, 2.0, 7.75, 0.125].sorted()
        let expected: [(Double, Double)] = [
            (0, -1.25), (10, -0.4249999999999998), (25, 1.0625), (50, 2.0), (90, 8.65), (99, 9.864999999999998),
            (100, 10.0),
        ]
        for (percent, value) in expected {
            #expect(abs(Distribution.percentile(percent, ofSorted: sorted) - value) < 1e-12)
        }
    }

    /// The definition said otherwise: the polygon through the points (100·i / (n − 1), value i).
    @Test func percentilesLieOnThePolygonOfTheRanks() {
        var random = SeededGenerator(seed: 7)
        for count in 2...60 {
            let sorted = (0..<count).map { _ in Double.random(in: -5...5, using: &random) }.sorted()
            for percent in stride(from: 0.0, through: 100, by: 0.5) {
                let rights = (1..<count).first { 100 * Double($0) / Double(count - 1) >= percent - 1e-9 } ?? count - 1
                let (left, step) = (100 * Double(rights - 1) / Double(count - 1), 100 / Double(count - 1))
                let share = (percent - left) / step
                let oracle = sorted[rights - 1] * (1 - share) + sorted[rights] * share
                #expect(abs(Distribution.percentile(percent, ofSorted: sorted) - oracle) < 1e-9)
            }
        }
    }

    @Test func distributionsDoNotDependOnTheOrder() throws {
        var random = SeededGenerator(seed: 8)
        for count in 1...40 {
            let values = (0..<count).map { _ in Double(Int.random(in: 0...1000, using: &random)) }
            let distribution = try #require(Distribution(values))
            #expect(Distribution(values.shuffled(using: &random)) == distribution)
            let ordered = [
                distribution.minimum, distribution.p50, distribution.p90, distribution.p99, distribution.maximum,
            ]
            #expect(ordered == ordered.sorted() && distribution.count == count)
            #expect(distribution.minimum == values.min() && distribution.maximum == values.max())
            #expect(abs(distribution.mean * Double(count) - values.reduce(0, +)) < 1e-6)
        }
    }

    @Test func noValuesHaveNoDistributionAndOneValueIsAllOfIt() throws {
        #expect(Distribution([Double]()) == nil)
        let single = try #require(Distribution([4.5]))
        #expect(
            [single.mean, single.p50, single.p90, single.p99, single.minimum, single.maximum].allSatisfy { $0 == 4.5 })
    }
}
