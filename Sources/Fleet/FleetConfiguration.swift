package import Routing

/// How a gateway treats its workers and what waits for them.
package struct FleetConfiguration: Sendable, Equatable {
    /// How long a request waits for a worker, unless its tier or its client says otherwise.
    package var queueTimeoutMs: Int64 = 60_000
    package var queueLimits = QueueLimits()
    package var members = MemberLimits()

    package init() {}
}
