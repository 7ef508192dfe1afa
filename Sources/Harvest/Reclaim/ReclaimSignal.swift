/// Why a worker must go.
package enum ReclaimSignal: Sendable, Hashable {
    /// The owner's side waits for accelerators; by the request's name.
    case request(String)
    case preemption
    case eviction
    case taint(String)
    case cordon
    case autoscaler(String)
    case windowEnd
    case poolRemoved
    case poolRefused
    case poolSuspended(String)
    case observeOnly
    case nodeNotLent
    case modelRemoved
    /// A limit of the pool or its reserve.
    case limit(String)
    /// Somebody deleted the pod.
    case deleted
    /// The process was told to end.
    case terminated

    /// One word in records and metrics.
    package var code: String {
        switch self {
        case .request: "Request"
        case .preemption: "Preemption"
        case .eviction: "Eviction"
        case .taint: "Taint"
        case .cordon: "Cordon"
        case .autoscaler: "Autoscaler"
        case .windowEnd: "WindowEnd"
        case .poolRemoved: "PoolRemoved"
        case .poolRefused: "PoolRefused"
        case .poolSuspended: "PoolSuspended"
        case .observeOnly: "ObserveOnly"
        case .nodeNotLent: "NodeNotLent"
        case .modelRemoved: "ModelRemoved"
        case .limit: "Limit"
        case .deleted: "Deleted"
        case .terminated: "Terminated"
        }
    }
}

extension ReclaimSignal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .request(let name): "\(name) waits for accelerators that fit once this worker has gone"
        case .preemption: "the scheduler preempts it for a pod of the owner's"
        case .eviction: "it is evicted, as when a node is drained"
        case .taint(let key): "its node has the taint \(key), which the pool does not tolerate"
        case .cordon: "its node was cordoned"
        case .autoscaler(let key): "an autoscaler is about to remove its node (taint \(key))"
        case .windowEnd: "the pool's time window has ended"
        case .poolRemoved: "its pool was removed"
        case .poolRefused: "its pool cannot be read"
        case .poolSuspended(let reason): "its pool is suspended: \(reason)"
        case .observeOnly: "its pool only observes"
        case .nodeNotLent: "its node is no longer lent to the pool"
        case .modelRemoved: "its model may no longer run in the pool"
        case .limit(let limit): "the pool's \(limit) leaves no room for it"
        case .deleted: "its pod was deleted"
        case .terminated: "its process was told to end"
        }
    }
}

/// A signal and when it was given.
package struct SignalMoment: Sendable, Hashable {
    package let signal: ReclaimSignal
    package let atMs: Int64

    package init(_ signal: ReclaimSignal, atMs: Int64) {
        self.signal = signal
        self.atMs = atMs
    }

    /// The earliest; of several at one moment the first in the list.
    package static func earliest(_ moments: [SignalMoment]) -> SignalMoment? {
        moments.enumerated().min { ($0.element.atMs, $0.offset) < ($1.element.atMs, $1.offset) }?.element
    }
}
