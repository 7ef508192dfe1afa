/// One tier's waiting requests, shared between tenants by virtual token counters (VTC).
///
/// Y. Sheng et al., "Fairness in Serving Large Language Models", OSDI 2024: each tenant has a counter of the work it
/// was given; who waits with the smallest goes next; who comes back after waiting for nothing starts no lower than
/// the smallest counter that waits, so that idle time is not saved up. Between two tenants that wait all the time
/// the given work never differs by more than the largest request and what is in flight wrongly estimated.
///
/// Requests are known by their sequence number (the order of arrival); the queue around knows the rest.
struct FairTier: Sendable {
    /// A tenant that waits, or whose counter is still above the level.
    private struct Tenant {
        let name: String
        var counter: Int64
        /// The level when it last came back: corrections never take the counter below it.
        var floor: Int64
        /// Waiting requests: sequence number → work.
        var waiting = SummedTree()

        /// Its usual request's work: by so much its turn goes past the place where it ends on average, at most.
        var stride: Int64 {
            let count = Int64(waiting.sum.count)
            return count == 0 ? 0 : (waiting.sum.total + count - 1) / count
        }
        var end: Int64 { counter &+ waiting.sum.total }
    }

    private let maximumIdleTenants: Int
    private var tenants: [Tenant?] = []
    private var free: [Int] = []
    private var places: [String: Int] = [:]
    /// Waiting tenants by (counter, first request), with counter − stride; and by (end − stride, first request).
    private var starts = SummedTree()
    private var ends = SummedTree()
    /// Remembered tenants that wait for nothing, by (counter, place).
    private var idle = SummedTree()
    /// Work of all waiting requests.
    private(set) var work: Int64 = 0
    private(set) var count = 0
    /// While nothing waits: the tenant that left last, and its counter.
    private var last: (tenant: String, counter: Int64)?

    init(maximumIdleTenants: Int) { self.maximumIdleTenants = maximumIdleTenants }

    var isEmpty: Bool { count == 0 }
    /// The request that goes next.
    var head: Int64? { starts.first?.minor }
    /// The counter that a new tenant begins with: the smallest that waits, or that of who left last.
    var level: Int64 { starts.first?.major ?? last?.counter ?? 0 }
    var waitingTenants: Int { starts.sum.count }
    var rememberedTenants: Int { places.count }

    /// How many requests of a tenant wait, and their work.
    func waiting(of tenant: String) -> SummedTree.Sum {
        places[tenant].flatMap { tenants[$0] }?.waiting.sum ?? SummedTree.Sum()
    }

    /// The work that a tenant is accounted for; the level for one that is not remembered.
    func counter(of tenant: String) -> Int64 { places[tenant].flatMap { tenants[$0] }?.counter ?? level }

    /// Adds a request; among its tenant's it takes the place of its sequence number.
    mutating func insert(_ sequence: Int64, tenant: String, work added: Int64) {
        update(tenant) { tenant, level in
            if tenant.waiting.isEmpty {
                tenant.counter = max(tenant.counter, level)
                tenant.floor = level
            }
            tenant.waiting.insert(SummedTree.Key(major: sequence, minor: 0), value: added)
        }
        work += added
        count += 1
        forgetIdle()
    }

    /// Takes a waiting request out, charging its tenant for `charge`, which is not negative.
    mutating func remove(_ sequence: Int64, tenant: String, work removed: Int64, charge: Int64 = 0) {
        update(tenant) { tenant, _ in
            tenant.counter = Self.sum(tenant.counter, charge)
            tenant.waiting.remove(SummedTree.Key(major: sequence, minor: 0))
            if tenant.waiting.isEmpty { tenant.waiting = SummedTree() }
        }
        work -= removed
        count -= 1
        if isEmpty { last = (tenant, counter(of: tenant)) }
        forgetIdle()
    }

    /// Adds work to a tenant's account, or takes back what was charged too much: never below where the tenant began.
    mutating func charge(_ tenant: String, _ delta: Int64) {
        guard delta != 0, delta > 0 || places[tenant] != nil else { return }
        update(tenant) { tenant, _ in
            let counter = Self.sum(tenant.counter, delta)
            tenant.counter = delta > 0 ? counter : min(tenant.counter, max(counter, tenant.floor))
        }
        if isEmpty, last?.tenant == tenant { last = (tenant, counter(of: tenant)) }
        forgetIdle()
    }

    /// Work that goes before a new request of the tenant, if nothing else comes: O(log tenants), exact when each
    /// tenant's requests are of one size.
    /// - Parameter busy: as if all that wait now went on waiting, the most that fair turns can put before it.
    func workAhead(ofNewRequestBy tenant: String, busy: Bool) -> Int64 {
        let known = places[tenant].flatMap { tenants[$0] }
        let isWaiting = known?.waiting.isEmpty == false
        let place = isWaiting ? known?.end ?? level : max(known?.counter ?? level, level)
        let begun = starts.below(SummedTree.Key(major: place, minor: .max))
        let turns = place &* Int64(begun.count) &- begun.total
        guard !busy else { return turns &- (isWaiting ? known?.stride ?? 0 : 0) }
        let done = ends.below(SummedTree.Key(major: place, minor: .min))
        return turns &- (place &* Int64(done.count) &- done.total)
    }

    /// The tenant's own requests and those of others that go before a waiting one, if nothing else comes: exact,
    /// O(tenants · log requests).
    func ahead(of sequence: Int64, tenant: String) -> (own: SummedTree.Sum, others: SummedTree.Sum) {
        guard let place = places[tenant], let waiter = tenants[place] else {
            return (SummedTree.Sum(), SummedTree.Sum())
        }
        let own = waiter.waiting.below(SummedTree.Key(major: sequence, minor: 0))
        let turn = SummedTree.Key(major: waiter.counter &+ own.total, minor: sequence)
        var others = SummedTree.Sum()
        for (other, tenant) in tenants.enumerated() where other != place {
            guard let tenant, !tenant.waiting.isEmpty, tenant.counter <= turn.major else { continue }
            others.add(tenant.waiting.beginning(before: turn, from: tenant.counter))
        }
        return (own, others)
    }

    /// Stays where sums with what waits fit.
    private static func sum(_ counter: Int64, _ delta: Int64) -> Int64 {
        let (sum, overflow) = counter.addingReportingOverflow(delta)
        return overflow ? (delta > 0 ? Int64.max / 2 : Int64.min) : min(sum, Int64.max / 2)
    }

    /// Changes a tenant while no index holds it; `change` is given the level before the change.
    private mutating func update(_ name: String, _ change: (inout Tenant, Int64) -> Void) {
        let level = level
        let place = place(of: name, level: level)
        unlist(place)
        if var tenant = tenants[place] {
            tenants[place] = nil  // The only owner, so that the tree changes in place.
            change(&tenant, level)
            tenants[place] = tenant
        }
        list(place)
    }

    private mutating func place(of name: String, level: Int64) -> Int {
        if let place = places[name] { return place }
        let tenant = Tenant(name: name, counter: level, floor: level)
        let place = free.popLast() ?? tenants.count
        if place < tenants.count { tenants[place] = tenant } else { tenants.append(tenant) }
        places[name] = place
        return place
    }

    private mutating func list(_ place: Int) {
        guard let tenant = tenants[place] else { return }
        guard let first = tenant.waiting.first?.major else {
            return idle.insert(SummedTree.Key(major: tenant.counter, minor: Int64(place)), value: 0)
        }
        let (start, end) = (tenant.counter, tenant.end &- tenant.stride)
        starts.insert(SummedTree.Key(major: start, minor: first), value: start &- tenant.stride)
        ends.insert(SummedTree.Key(major: end, minor: first), value: end)
    }

    private mutating func unlist(_ place: Int) {
        guard let tenant = tenants[place] else { return }
        guard let first = tenant.waiting.first?.major else {
            idle.remove(SummedTree.Key(major: tenant.counter, minor: Int64(place)))
            return
        }
        starts.remove(SummedTree.Key(major: tenant.counter, minor: first))
        ends.remove(SummedTree.Key(major: tenant.end &- tenant.stride, minor: first))
    }

    /// A tenant at or below the level comes back at the level, remembered or not, so it need not be. Beyond the bound
    /// those nearest to the level are forgotten, who gain the least by it.
    private mutating func forgetIdle() {
        while let lowest = idle.first {
            guard idle.sum.count > maximumIdleTenants || (!isEmpty && lowest.major <= level) else { return }
            idle.remove(lowest)
            let place = Int(lowest.minor)
            if let tenant = tenants[place] { places[tenant.name] = nil }
            tenants[place] = nil
            free.append(place)
        }
    }
}
