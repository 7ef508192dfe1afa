import Ledger
import Synchronization

/// Remembers who has used up the requests of a minute, so that whoever goes on asking is refused from memory.
///
/// Only this rate can be remembered: nothing but time brings its requests back, so what admission has refused stays
/// refused until the wait is over, on every server, unless the limit is changed. Money and tokens come back at any moment,
/// when another request ends.
final class SpentRates: Sendable {
    private struct Spent {
        let level: RateBucket.Level
        let sinceMs: Int64
        let untilMs: Int64
    }

    private let table = Mutex<[MeterID: Spent]>([:])

    /// When the table is that long, what is over is removed from it.
    private static let sweepCount = 1024

    /// Keeps admission's refusal, if it is one of this kind.
    func note(_ refusal: Refusal, of buyer: Buyer, nowMs: Int64) {
        guard case .requestRate(let scope, let level, let waitMs) = refusal, let id = buyer.meter(scope) else { return }
        let (untilMs, overflow) = nowMs.addingReportingOverflow(waitMs)
        guard !overflow else { return }
        table.withLock { table in
            if table.count >= Self.sweepCount { table = table.filter { $0.value.untilMs > nowMs } }
            table[id] = Spent(level: level, sinceMs: nowMs, untilMs: untilMs)
        }
    }

    /// - Parameter directory: says whether the limit is still the one that was used up.
    func check(_ buyer: Buyer, _ directory: Directory, nowMs: Int64) throws(Refusal) {
        let limits: [(Refusal.Scope, Limits?)] = [
            (.tenant, directory.tenants[buyer.tenant]?.limits),
            (.key, buyer.keyID.flatMap { directory.keys[$0]?.limits }),
        ]
        for (scope, limits) in limits {
            guard let limit = limits?.requestsPerMinute, let id = buyer.meter(scope) else { continue }
            guard let spent = table.withLock({ $0[id] }), spent.level.limit == limit else { continue }
            guard (spent.sinceMs..<spent.untilMs).contains(nowMs) else { continue }
            let resetMs = spent.level.resetMs - (nowMs - spent.sinceMs)
            throw .requestRate(
                scope, RateBucket.Level(limit: limit, remaining: 0, resetMs: max(0, resetMs)),
                retryAfterMs: spent.untilMs - nowMs)
        }
    }
}

extension Buyer {
    /// What the limits of one side are held against; nil for the key of whoever has none.
    fileprivate func meter(_ scope: Refusal.Scope) -> MeterID? {
        switch scope {
        case .tenant: .tenant(tenant)
        case .key: keyID.map { .key($0) }
        }
    }
}
