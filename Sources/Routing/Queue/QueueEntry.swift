/// A request that waits at the gateway for a worker.
package struct QueueEntry: Sendable, Equatable {
    /// The request's id (`x-request-id`), unique in the queue.
    package let id: String
    package let tenant: String
    package let tier: QueueTier
    /// What serving it is expected to cost (`WorkWeights`).
    package let work: Int64
    package let arrivalMs: Int64
    /// When it is given up if no worker has taken it.
    package let deadlineMs: Int64
    /// Its place in the order of arrival, given by the queue.
    package internal(set) var sequence: Int64 = -1

    /// - Parameters:
    ///   - work: held between 1 and `WorkWeights.maximumWork`.
    ///   - deadlineMs: on the same clock as `arrivalMs`.
    package init(id: String, tenant: String, tier: QueueTier, work: Int64, arrivalMs: Int64, deadlineMs: Int64) {
        self.id = id
        self.tenant = tenant
        self.tier = tier
        self.work = WorkWeights.bounded(work)
        self.arrivalMs = arrivalMs
        self.deadlineMs = deadlineMs
    }
}

/// How a request leaves the queue by itself.
package enum QueueDeparture: Sendable, Equatable {
    /// It is its turn; its work is charged to its tenant.
    case dispatched(QueueEntry)
    /// Its deadline passed while it waited; it cost nothing.
    case expired(QueueEntry, after: QueueStanding)
}
