import Routing

/// What `FairQueue` promises, written down plainly: every operation looks at everything.
struct NaiveQueue {
    struct Account {
        var counter: Int64
        var floor: Int64
    }

    let oneIn: Int64
    var waiting: [QueueEntry] = []
    var accounts = QueueTier.allCases.map { _ in [String: Account]() }
    var last = QueueTier.allCases.map { _ in (tenant: "", counter: Int64(0)) }
    var earned: [Int64] = [0, 0, 0, 0]

    func entries(_ tier: Int) -> [QueueEntry] { waiting.filter { $0.tier.rawValue == tier } }
    func tenants(_ tier: Int) -> Set<String> { Set(entries(tier).map(\.tenant)) }
    func level(_ tier: Int) -> Int64 {
        tenants(tier).compactMap { accounts[tier][$0]?.counter }.min() ?? last[tier].counter
    }
    func counter(_ tenant: String, _ tier: Int) -> Int64 { accounts[tier][tenant]?.counter ?? level(tier) }

    mutating func forget(_ tier: Int) {
        let busy = tenants(tier)
        guard !busy.isEmpty else { return }
        let level = level(tier)
        accounts[tier] = accounts[tier].filter { busy.contains($0.key) || $0.value.counter > level }
    }

    mutating func enqueue(_ entry: QueueEntry) -> Bool {
        guard !waiting.contains(where: { $0.id == entry.id }) else { return false }
        insert(entry)
        return true
    }

    mutating func insert(_ entry: QueueEntry) {
        let tier = entry.tier.rawValue
        if !tenants(tier).contains(entry.tenant) {
            let level = level(tier)
            accounts[tier][entry.tenant] = Account(counter: max(counter(entry.tenant, tier), level), floor: level)
        }
        waiting.append(entry)
        forget(tier)
    }

    mutating func putBack(_ entry: QueueEntry) -> Bool {
        guard entry.sequence >= 0, !waiting.contains(where: { $0.id == entry.id || $0.sequence == entry.sequence })
        else { return false }
        insert(entry)
        charge(entry.tenant, entry.tier.rawValue, -entry.work)
        return true
    }

    mutating func charge(_ tenant: String, _ tier: Int, _ delta: Int64) {
        guard delta > 0 || accounts[tier][tenant] != nil else { return }
        let level = level(tier)
        var account = accounts[tier][tenant] ?? Account(counter: level, floor: level)
        let charged = account.counter + delta
        account.counter = delta >= 0 ? charged : min(account.counter, max(charged, account.floor))
        accounts[tier][tenant] = account
        if entries(tier).isEmpty, last[tier].tenant == tenant { last[tier].counter = account.counter }
        forget(tier)
    }

    mutating func remove(_ entry: QueueEntry) {
        let tier = entry.tier.rawValue
        let counter = counter(entry.tenant, tier)
        waiting.removeAll { $0.sequence == entry.sequence }
        if entries(tier).isEmpty {
            last[tier] = (entry.tenant, counter)
            earned[tier] = min(earned[tier], 0)
        }
        forget(tier)
    }

    /// The order in which a tier's requests go if nothing else comes.
    func order(_ tier: Int) -> [QueueEntry] {
        var counters = accounts[tier].mapValues(\.counter)
        var left = entries(tier).sorted { $0.sequence < $1.sequence }
        var order: [QueueEntry] = []
        while !left.isEmpty {
            var heads: [String: QueueEntry] = [:]
            for entry in left where heads[entry.tenant] == nil { heads[entry.tenant] = entry }
            guard
                let next = heads.values.min(by: {
                    (counters[$0.tenant] ?? 0, $0.sequence) < (counters[$1.tenant] ?? 0, $1.sequence)
                })
            else { break }
            counters[next.tenant, default: 0] += next.work
            left.removeAll { $0.sequence == next.sequence }
            order.append(next)
        }
        return order
    }

    var nextTier: Int? {
        let waiting = (0..<4).filter { !entries($0).isEmpty }
        guard let top = waiting.first else { return nil }
        return waiting.dropFirst().first { earned[$0] > 0 } ?? top
    }

    enum Departure: Equatable {
        case dispatched(Int64)
        case expired(Int64, ahead: Int)
    }

    mutating func next(_ nowMs: Int64) -> Departure? {
        let due = waiting.filter { $0.deadlineMs <= nowMs }
        if let expired = due.min(by: { ($0.deadlineMs, $0.sequence) < ($1.deadlineMs, $1.sequence) }) {
            let ahead = ahead(of: expired)
            remove(expired)
            return .expired(expired.sequence, ahead: ahead)
        }
        guard let tier = nextTier, let entry = order(tier).first else { return nil }
        if oneIn > 0 {
            if (0..<tier).contains(where: { !entries($0).isEmpty }) { earned[tier] -= entry.work * oneIn }
            for lower in 0..<4 where lower > tier && !entries(lower).isEmpty { earned[lower] += entry.work }
        }
        accounts[tier][entry.tenant]?.counter += entry.work
        remove(entry)
        return .dispatched(entry.sequence)
    }

    func ahead(of entry: QueueEntry) -> Int {
        let higher = waiting.filter { $0.tier < entry.tier }.count
        return higher + (order(entry.tier.rawValue).firstIndex { $0.sequence == entry.sequence } ?? 0)
    }
}
