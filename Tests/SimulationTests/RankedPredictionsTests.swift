import Routing
import Simulation
import Testing

@Suite struct RankedPredictionsTests {
    /// Two workers that are sent requests in turns; the first `misses` of each take longer than was promised.
    private static func records(_ count: Int, misses: Int) -> [PredictionRecord] {
        (0..<count).map { number in
            let isLate = number / 2 < misses || number % 10 == 9
            return PredictionRecord(
                measure: .ttft, worker: number % 2 == 0 ? 7 : 3, dispatch: Double(number),
                promised: Quantiles(p50: 1, p90: 2, p99: 3), measured: isLate ? 5 : 0.5)
        }
    }

    @Test func rankIsWhatTheWorkerHadBeenSent() {
        let ranked = RankedPredictions(Self.records(100, misses: 0).reversed())
        #expect(ranked.of(0..<3).map(\.dispatch) == [0, 1, 2, 3, 4, 5])
        #expect(ranked.of(10..<50).count == 80 && ranked.of(50..<Int.max).isEmpty)
        // A worker that gets all the others' share has its own count.
        let uneven =
            Self.records(10, misses: 0)
            + [3.5, 3.6, 3.7].map { time in
                var record = Self.records(1, misses: 0)[0]
                (record.worker, record.dispatch) = (9, time)
                return record
            }
        #expect(RankedPredictions(uneven).of(0..<1).map(\.dispatch) == [0, 1, 3.5])
    }

    /// One in ten misses, as promised; before that all do.
    @Test(arguments: [0, 1, 40, 90]) func coverageIsBackWhenAWholeStretchIs(misses: Int) {
        let settled = RankedPredictions(Self.records(1000, misses: misses)).settled(window: 100, tolerance: 0.03)
        // Three more of a hundred may be of those that missed.
        #expect(settled.map { (max(misses - 3, 0)...misses).contains($0) } == true)
    }

    @Test func coverageThatNeverComesBackIsNil() {
        #expect(RankedPredictions(Self.records(500, misses: 500)).settled(window: 100) == nil)
        #expect(RankedPredictions(Self.records(50, misses: 0)).settled(window: 100) == nil)
        #expect(RankedPredictions([]).settled() == nil)
        #expect(RankedPredictions(Self.records(50, misses: 0)).settled(window: 0) == nil)
    }
}
