import Harvest

/// Reclaims that are over and of which no Event has told yet, because gateways may still have a word to say. Pure.
struct UntoldReclaims: Sendable {
    private struct Entry: Sendable {
        let pool: String
        let uid: String
        let endedMs: Int64
        var isHeardOf = false
    }

    /// The oldest first.
    private var entries: [Entry] = []

    /// More are not waited for.
    static let most = 4096
    /// Gateways are not waited for any longer; streams that wait longer for another worker are told without.
    static let patienceMs: Int64 = 10_000
    /// After a worker's end its streams need a moment to go on elsewhere.
    static let settlingMs: Int64 = 2000

    mutating func add(_ records: some Sequence<ReclaimRecord>, of pool: String) {
        entries += records.map { Entry(pool: pool, uid: $0.uid, endedMs: $0.podEndedMs ?? 0) }
        if entries.count > Self.most { entries.removeFirst(entries.count - Self.most) }
    }

    mutating func heard(of uid: String) {
        guard let place = entries.firstIndex(where: { $0.uid == uid }) else { return }
        entries[place].isHeardOf = true
    }

    var awaitsWord: Bool { entries.contains { !$0.isHeardOf } }

    mutating func take(isWordExpected: Bool, nowMs: Int64) -> [(pool: String, uid: String)] {
        func isDue(_ entry: Entry) -> Bool {
            let ageMs = nowMs - entry.endedMs
            return !isWordExpected || ageMs >= Self.patienceMs || (entry.isHeardOf && ageMs >= Self.settlingMs)
        }
        defer { entries.removeAll(where: isDue) }
        return entries.filter(isDue).map { ($0.pool, $0.uid) }
    }
}
