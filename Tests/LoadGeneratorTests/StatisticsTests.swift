import LoadGenerator
import TestSupport
import Testing

@Suite struct StatisticsTests {
    /// `numpy.percentile(values, [50, 90, 99])` of each list.
    @Test(arguments: [
        ([1.0], [1.0, 1, 1]), ([1, 2], [1.5, 1.9, 1.99]), ([3, 1, 2], [2, 2.8, 2.98]),
        ([15, 20, 35, 40, 50], [35, 46, 49.6]), ([4, 4, 4, 4], [4, 4, 4]),
        ([0.1, 12.5, -3, 7.25], [3.675, 10.925, 12.3425]),
    ])
    func percentilesAreNumPys(_ values: [Double], _ expected: [Double]) throws {
        let statistics = try #require(Statistics(values))
        for (found, wanted) in zip([statistics.p50, statistics.p90, statistics.p99], expected) {
            #expect(abs(found - wanted) < 1e-12)
        }
    }

    /// At least the share of all values is at or below the next value after a percentile, and no more than the
    /// share is below the one before it.
    @Test func percentilesSplitTheValuesByTheirShare() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<500 {
            let values = (0..<Int.random(in: 1...60, using: &random)).map { _ in
                Double.random(in: -5...5, using: &random)
            }
            let sorted = values.sorted()
            for share in [0, 0.01, 0.25, 0.5, 0.9, 0.99, 1] {
                let found = Statistics.percentile(share, ofSorted: sorted)
                let below = sorted.filter { $0 < found - 1e-12 }.count
                let upTo = sorted.filter { $0 <= found + 1e-12 }.count
                let place = share * Double(sorted.count - 1)
                #expect(Double(below) <= place + 1 && Double(upTo) >= place)
                #expect(found >= sorted[0] && found <= sorted[sorted.count - 1])
            }
        }
    }

    @Test func nothingHasNoStatistics() { #expect(Statistics([]) == nil) }

    @Test func meanAndEndsAreThoseOfTheValues() throws {
        let statistics = try #require(Statistics([3, 1, 8]))
        #expect(statistics.count == 3 && statistics.mean == 4 && statistics.minimum == 1 && statistics.maximum == 8)
    }
}
