import Harvest

/// Whose turn it is to choose. Where several workers could go for one request, two processes that know a moment's loads
/// differently could choose different ones, and both would go. So the leader chooses first; the others see what it has
/// done, and choose only if it has done nothing. Pure.
struct ReclaimTurns: Sendable {
    /// Since when each wish was seen without anybody helping it.
    private var since: [ReclaimSignal: Duration] = [:]
    private(set) var nextTurn: Duration?

    /// A deletion takes some tens of milliseconds until it shows.
    static let leadersTurn: Duration = .milliseconds(150)

    /// Those that are to go now.
    ///
    /// - Parameter isFirst: this process leads, or has nothing to choose by that others could know differently.
    mutating func due(
        _ reclaims: [ReclaimDecision.Reclaim], isFirst: Bool, at now: Duration
    ) -> [ReclaimDecision.Reclaim] {
        let chosen = Set(reclaims.lazy.map(\.moment.signal).filter(\.isChoice))
        since = since.filter { chosen.contains($0.key) }
        for signal in chosen where since[signal] == nil { since[signal] = now }
        nextTurn = nil
        if isFirst { return reclaims }
        let turns = since.mapValues { $0 + Self.leadersTurn }
        nextTurn = turns.values.filter { $0 > now }.min()
        return reclaims.filter { (turns[$0.moment.signal] ?? now) <= now }
    }
}

extension ReclaimSignal {
    /// Which worker goes is chosen.
    fileprivate var isChoice: Bool {
        switch self {
        case .request, .limit: true
        default: false
        }
    }
}
