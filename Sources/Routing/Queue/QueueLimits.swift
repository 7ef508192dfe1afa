/// How much may wait. Each tier has its own room, so that no flood of batch work shuts the door to interactive work.
package struct QueueLimits: Sendable, Equatable {
    /// Requests waiting in one tier.
    package var requestsPerTier: Int
    /// Work waiting in one tier.
    package var workPerTier: Int64
    /// Requests of one tenant waiting, in all tiers.
    package var requestsPerTenant: Int
    /// Work of one tenant waiting, in all tiers.
    package var workPerTenant: Int64

    /// A bound on work lets at least one request in, whatever its size.
    package init(
        requestsPerTier: Int = 10_000, workPerTier: Int64 = 500_000_000 * WorkWeights.unit,
        requestsPerTenant: Int = 2_000, workPerTenant: Int64 = 100_000_000 * WorkWeights.unit
    ) {
        self.requestsPerTier = max(0, requestsPerTier)
        self.workPerTier = max(0, workPerTier)
        self.requestsPerTenant = max(0, requestsPerTenant)
        self.workPerTenant = max(0, workPerTenant)
    }

    /// What is full, if a request of so much work cannot join what waits; and the work that must go first.
    func overflow(
        adding work: Int64, to tier: QueueStanding.Share, of tenant: QueueStanding.Share
    ) -> (QueueRefusal.Reason, excess: Int64)? {
        if let excess = Self.excess(work, over: workPerTenant, requestsPerTenant, in: tenant) {
            return (.tenantFull, excess)
        }
        return Self.excess(work, over: workPerTier, requestsPerTier, in: tier).map { (.queueFull, $0) }
    }

    private static func excess(
        _ work: Int64, over maximum: Int64, _ requests: Int, in share: QueueStanding.Share
    ) -> Int64? {
        if share.requests >= requests {
            return share.work / Int64(max(1, share.requests)) * Int64(share.requests - requests + 1)
        }
        guard share.requests > 0, share.work > maximum - min(work, maximum) else { return nil }
        return share.work - (maximum - min(work, maximum))
    }
}

/// Why a request was not let into the queue.
package struct QueueRefusal: Error, Sendable, Equatable {
    package enum Reason: Sendable, Equatable {
        /// It is expected to start only after its deadline.
        case tooLate
        /// As much waits in its tier as may.
        case queueFull
        /// As much of its tenant waits as may.
        case tenantFull
        /// A request of the same id waits.
        case duplicate
    }

    package let reason: Reason
    /// When to try again (`Retry-After`): it would fit then if nothing else came. 1 to 3,600.
    package let retryAfterSeconds: Int
    package let forecast: Forecast?

    init(_ reason: Reason, afterMs: Int64, forecast: Forecast? = nil) {
        self.reason = reason
        self.forecast = forecast
        retryAfterSeconds = Int(min(max(afterMs, 1) / 1_000 + (max(afterMs, 1) % 1_000 > 0 ? 1 : 0), 3_600))
    }
}
