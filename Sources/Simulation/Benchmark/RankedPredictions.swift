import Routing

/// Predictions for several workers after a moment at which something changed, in the order of how many requests each
/// worker had been sent since then.
package struct RankedPredictions: Sendable {
    private struct Entry {
        /// Requests that the worker had been sent before this one.
        let rank: Int
        let record: PredictionRecord
    }

    private let entries: [Entry]

    package init(_ records: [PredictionRecord]) {
        var sent: [Int: Int] = [:]
        let ranked = records.sorted { $0.dispatch < $1.dispatch }.map { record in
            defer { sent[record.worker, default: 0] += 1 }
            return Entry(rank: sent[record.worker, default: 0], record: record)
        }
        entries = ranked.sorted { ($0.rank, $0.record.dispatch) < ($1.rank, $1.record.dispatch) }
    }

    /// Those of each worker's requests, counted from 0.
    package func of(_ requests: Range<Int>) -> [PredictionRecord] {
        entries.filter { requests.contains($0.rank) }.map(\.record)
    }

    /// After how many requests a worker the part within p90 was nominal again: the first stretch of `window`
    /// predictions that misses 90 % by no more than `tolerance` begins there. Nil: there is none.
    package func settled(window: Int = 200, tolerance: Double = 0.03) -> Int? {
        guard window > 0, entries.count >= window else { return nil }
        let isWithin = entries.map { $0.record.measured <= $0.record.promised.p90 }
        var covered = isWithin.prefix(window).count { $0 }
        for start in 0...entries.count - window {
            if start > 0 {
                covered += (isWithin[start + window - 1] ? 1 : 0) - (isWithin[start - 1] ? 1 : 0)
            }
            if abs(Double(covered) / Double(window) - 0.9) <= tolerance { return entries[start].rank }
        }
        return nil
    }
}
