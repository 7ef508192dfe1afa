/// Requests waiting for a worker of one model: strict tiers, fair turns between the tenants of a tier (`FairTier`),
/// first come first served within a tenant.
///
/// Lower tiers have a trickle: while a tier waits behind a higher one it earns a share of the work that goes before
/// it, and takes its turn as soon as it has earned anything, paying back from what it earns later. So no tier
/// starves, and none takes more than its share from those above.
///
/// A pure value: the time is an argument. Operations are O(log n) unless they say otherwise.
package struct FairQueue: Sendable {
    package struct Parameters: Sendable, Equatable {
        /// A waiting lower tier gets one part of work for so many parts that go before it; 0: none.
        package var trickleOneIn: Int64
        /// Tenants remembered per tier while they wait for nothing.
        package var maximumIdleTenants: Int

        /// - Parameter trickleOneIn: held between 0 and 65,536.
        package init(trickleOneIn: Int64 = 50, maximumIdleTenants: Int = 10_000) {
            self.trickleOneIn = min(max(0, trickleOneIn), 65_536)
            self.maximumIdleTenants = max(0, maximumIdleTenants)
        }
    }

    package let parameters: Parameters
    private var entries: [Int64: QueueEntry] = [:]
    private var sequences: [String: Int64] = [:]
    private var tiers: [FairTier]
    /// Earned work per tier, times `trickleOneIn`; below zero is owed.
    private var earned: [Int64]
    private var deadlines = SummedTree()
    private var nextSequence: Int64 = 0

    package init(_ parameters: Parameters = Parameters()) {
        self.parameters = parameters
        tiers = QueueTier.allCases.map { _ in FairTier(maximumIdleTenants: parameters.maximumIdleTenants) }
        earned = QueueTier.allCases.map { _ in 0 }
    }

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }
    /// When the next waiting request expires.
    package var earliestDeadlineMs: Int64? { deadlines.first?.major }
    package func contains(_ id: String) -> Bool { sequences[id] != nil }
    package func entry(_ id: String) -> QueueEntry? { sequences[id].flatMap { entries[$0] } }

    /// Waiting requests of a tier, and their work.
    package func waiting(in tier: QueueTier) -> QueueStanding.Share {
        QueueStanding.Share(requests: tiers[tier.rawValue].count, work: tiers[tier.rawValue].work)
    }

    /// Waiting requests of a tenant in all tiers, and their work.
    package func waiting(of tenant: String) -> QueueStanding.Share {
        tiers.reduce(into: QueueStanding.Share()) { share, tier in
            let waiting = tier.waiting(of: tenant)
            share.requests += waiting.count
            share.work += waiting.total
        }
    }

    /// The work that a tenant is accounted for in a tier, against that of others.
    package func counter(of tenant: String, in tier: QueueTier) -> Int64 { tiers[tier.rawValue].counter(of: tenant) }
    package var rememberedTenants: Int { tiers.reduce(0) { $0 + $1.rememberedTenants } }

    /// Adds a request at the end of its tenant's.
    /// - Returns: false when a request of this id waits already.
    @discardableResult
    package mutating func enqueue(_ entry: QueueEntry) -> Bool {
        guard sequences[entry.id] == nil else { return false }
        var entry = entry
        entry.sequence = nextSequence
        nextSequence += 1
        insert(entry)
        return true
    }

    /// Puts a dispatched request that no worker took back where it was, and takes its charge back.
    /// - Returns: false when it waits already or was never dispatched by this queue.
    @discardableResult
    package mutating func putBack(_ entry: QueueEntry) -> Bool {
        guard entry.sequence >= 0, entry.sequence < nextSequence, entries[entry.sequence] == nil else { return false }
        guard sequences[entry.id] == nil else { return false }
        insert(entry)
        tiers[entry.tier.rawValue].charge(entry.tenant, -entry.work)
        return true
    }

    /// Takes a waiting request out, uncharged.
    @discardableResult
    package mutating func cancel(_ id: String) -> QueueEntry? {
        guard let entry = entry(id) else { return nil }
        remove(entry)
        return entry
    }

    /// Corrects a tenant's account by what its request cost more (or less) than was charged when it was dispatched.
    package mutating func charge(_ tenant: String, in tier: QueueTier, _ delta: Int64) {
        tiers[tier.rawValue].charge(tenant, delta)
    }

    /// The request that `next` would dispatch if none has expired.
    package var head: QueueEntry? { nextTier.flatMap { tiers[$0].head }.flatMap { entries[$0] } }

    /// The next to leave: those whose deadline has come, then the request whose turn it is. Ask when a worker has room.
    package mutating func next(nowMs: Int64) -> QueueDeparture? {
        if let expired = nextExpired(nowMs: nowMs) { return expired }
        guard let tier = nextTier, let entry = head else { return nil }
        payTrickle(dispatching: entry, from: tier)
        remove(entry, charge: entry.work)
        return .dispatched(entry)
    }

    /// The next request whose deadline has come. Ask at `earliestDeadlineMs`, room or not.
    package mutating func nextExpired(nowMs: Int64) -> QueueDeparture? {
        guard let first = deadlines.first, first.major <= nowMs, let entry = entries[first.minor] else { return nil }
        let standing = standing(of: entry)
        remove(entry)
        return .expired(entry, after: standing)
    }

    /// Where a waiting request stands: exact but for the trickle; O(tenants of its tier · log n).
    package func position(of id: String) -> QueueStanding? { entry(id).map(standing) }

    /// Work that goes before a new request, if nothing else comes.
    /// - Parameter busy: as if the tenants that wait now went on waiting.
    package func workAhead(ofNewRequestBy tenant: String, in tier: QueueTier, busy: Bool = false) -> Int64 {
        tiers[tier.rawValue].workAhead(ofNewRequestBy: tenant, busy: busy)
    }

    /// Work that a tier must still see go before it takes its next turn by trickle.
    package func trickleDebt(of tier: QueueTier) -> Int64 { max(0, -earned[tier.rawValue]) }

    private func standing(of entry: QueueEntry) -> QueueStanding {
        var standing = QueueStanding(tier: entry.tier)
        for tier in tiers[..<entry.tier.rawValue] {
            standing.higherTiers.requests += tier.count
            standing.higherTiers.work += tier.work
        }
        let ahead = tiers[entry.tier.rawValue].ahead(of: entry.sequence, tenant: entry.tenant)
        standing.own = QueueStanding.Share(requests: ahead.own.count, work: ahead.own.total)
        standing.otherTenants = QueueStanding.Share(requests: ahead.others.count, work: ahead.others.total)
        standing.nextTenant = head?.tenant
        return standing
    }

    /// The highest waiting tier, unless a lower one has earned its trickle.
    private var nextTier: Int? {
        guard let top = tiers.firstIndex(where: { !$0.isEmpty }) else { return nil }
        return tiers.indices.first { $0 > top && !tiers[$0].isEmpty && earned[$0] > 0 } ?? top
    }

    private mutating func payTrickle(dispatching entry: QueueEntry, from tier: Int) {
        guard parameters.trickleOneIn > 0 else { return }
        if tiers[..<tier].contains(where: { !$0.isEmpty }) { earned[tier] -= entry.work * parameters.trickleOneIn }
        for lower in tiers.indices where lower > tier && !tiers[lower].isEmpty { earned[lower] += entry.work }
    }

    private mutating func insert(_ entry: QueueEntry) {
        entries[entry.sequence] = entry
        sequences[entry.id] = entry.sequence
        deadlines.insert(SummedTree.Key(major: entry.deadlineMs, minor: entry.sequence), value: 0)
        tiers[entry.tier.rawValue].insert(entry.sequence, tenant: entry.tenant, work: entry.work)
    }

    private mutating func remove(_ entry: QueueEntry, charge: Int64 = 0) {
        entries[entry.sequence] = nil
        sequences[entry.id] = nil
        deadlines.remove(SummedTree.Key(major: entry.deadlineMs, minor: entry.sequence))
        let tier = entry.tier.rawValue
        tiers[tier].remove(entry.sequence, tenant: entry.tenant, work: entry.work, charge: charge)
        if tiers[tier].isEmpty { earned[tier] = min(earned[tier], 0) }
    }
}
