/// Where a waiting request stands and what it waits for.
package struct QueueStanding: Sendable, Equatable {
    package var tier: QueueTier
    /// Waiting requests of tiers that go first.
    package var higherTiers = Share()
    /// Requests of other tenants whose turn in the tier comes first.
    package var otherTenants = Share()
    /// The tenant's own earlier requests.
    package var own = Share()
    /// The tenant whose request goes next of all; not for the eyes of other tenants.
    package var nextTenant: String?

    package struct Share: Sendable, Equatable {
        package var requests: Int
        package var work: Int64

        package init(requests: Int = 0, work: Int64 = 0) {
            self.requests = requests
            self.work = work
        }
    }

    /// Requests that go before this one, if none comes that goes first, and but for the lower tiers' trickle.
    package var requestsAhead: Int { higherTiers.requests + otherTenants.requests + own.requests }
    package var workAhead: Int64 { higherTiers.work + otherTenants.work + own.work }

    /// Why it waits, in words that name no tenant.
    package var reason: String {
        guard requestsAhead > 0 else { return "first in the queue, waiting for a worker with room" }
        let parts = [
            higherTiers.requests > 0 ? "\(higherTiers.requests) of higher tiers" : nil,
            otherTenants.requests > 0 ? "\(otherTenants.requests) of other tenants in tier \(tier)" : nil,
            own.requests > 0 ? "\(own.requests) earlier of the same tenant" : nil,
        ]
        return "\(requestsAhead) requests go first: " + parts.compactMap(\.self).joined(separator: ", ")
    }
}
