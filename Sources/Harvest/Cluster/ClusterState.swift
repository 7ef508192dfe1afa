/// The cluster as far as we know it, kept current object by object: each change costs the same whatever the cluster's
/// size.
package struct ClusterState: Sendable {
    /// A node with what is taken of it. A pod can be known before its node.
    package struct Entry: Sendable {
        package internal(set) var state: NodeState?
        /// By the owner's pods that are bound or nominated here, and by claims that were given out here.
        package internal(set) var owned = Resources()
        /// By our workers, those that are leaving included.
        package internal(set) var lent = Resources()
        /// Ours that are not over.
        var boxes: [ObjectID: PodBox] = [:]
        package var workers: Set<ObjectID> { Set(boxes.keys) }
        /// The accelerators' product, by its label.
        package internal(set) var product = ""
    }

    package private(set) var entries: [String: Entry] = [:]
    /// A pod is read far more often than it changes, and one reference is copied faster than its twenty members.
    private var boxes: [ObjectID: PodBox] = [:]
    package private(set) var claims: [ObjectID: DeviceClaim] = [:]
    /// The owner's pods that are neither bound nor over.
    package private(set) var waiting: Set<ObjectID> = []
    /// Ours, wherever they are and whatever became of them.
    private(set) var boxesOfWorkers: [ObjectID: PodBox] = [:]
    /// Ours that have been told to go and are not over.
    package private(set) var leaving: Set<ObjectID> = []
    /// Ours whose processes have ended.
    package private(set) var over: Set<ObjectID> = []
    /// From queue systems, by name.
    package var workloads: [String: PendingRequest] = [:]
    /// The weights that lie on each node, by `WeightsCache.key`.
    package var weights: [String: Set<String>] = [:]

    package init() {}

    package func node(_ name: String) -> NodeState? { entries[name]?.state }

    package func pod(_ id: ObjectID) -> PodState? { boxes[id]?.pod }
    package var pods: [ObjectID: PodState] { boxes.mapValues(\.pod) }
    package var workers: Set<ObjectID> { Set(boxesOfWorkers.keys) }

    package mutating func set(_ node: NodeState) {
        var entry = entries[node.name] ?? Entry()
        entry.state = node
        entry.product = node.labels["nvidia.com/gpu.product"] ?? ""
        entries[node.name] = entry
    }

    package mutating func removeNode(_ name: String) {
        entries[name]?.state = nil
        forgetIfEmpty(name)
    }

    package mutating func set(_ pod: PodState) {
        removePod(pod.id)
        let box = PodBox(pod)
        boxes[pod.id] = box
        if pod.worker == nil {
            if pod.node == nil, !pod.isTerminal { waiting.insert(pod.id) }
        } else {
            boxesOfWorkers[pod.id] = box
            if pod.isTerminal { over.insert(pod.id) } else if pod.isLeaving { leaving.insert(pod.id) }
        }
        account(pod) { $0 + $1 }
    }

    package mutating func removePod(_ id: ObjectID) {
        guard let pod = boxes.removeValue(forKey: id)?.pod else { return }
        if boxesOfWorkers.removeValue(forKey: id) != nil {
            leaving.remove(id)
            over.remove(id)
        }
        waiting.remove(id)
        account(pod) { $0 - $1 }
    }

    package mutating func set(_ claim: DeviceClaim) {
        removeClaim(claim.id)
        claims[claim.id] = claim
        account(claim) { $0 + $1 }
    }

    package mutating func removeClaim(_ id: ObjectID) {
        guard let claim = claims.removeValue(forKey: id) else { return }
        account(claim) { $0 - $1 }
    }

    private mutating func account(_ pod: PodState, _ combine: (Resources, Resources) -> Resources) {
        guard let place = pod.place, !pod.isTerminal else { return }
        var entry = entries[place] ?? Entry()
        if pod.worker == nil {
            entry.owned = combine(entry.owned, pod.requests)
        } else {
            entry.lent = combine(entry.lent, pod.requests)
            entry.boxes[pod.id] = boxes[pod.id]
        }
        entries[place] = entry
        forgetIfEmpty(place)
    }

    private mutating func account(_ claim: DeviceClaim, _ combine: (Resources, Resources) -> Resources) {
        guard let node = claim.node else { return }
        let taken = Resources(devices: [claim.resource: claim.count])
        entries[node, default: Entry()].owned = combine(entries[node]?.owned ?? .none, taken)
        forgetIfEmpty(node)
    }

    /// Nothing is kept of nodes that are gone.
    private mutating func forgetIfEmpty(_ name: String) {
        guard let entry = entries[name], entry.state == nil, entry.boxes.isEmpty else { return }
        let isUsed =
            entry.owned.devices.values.contains { $0 != 0 } || entry.owned.milliCPU != 0
            || entry.owned.memoryBytes != 0
        if !isUsed { entries[name] = nil }
    }
}

final class PodBox: Sendable {
    let pod: PodState

    init(_ pod: PodState) { self.pod = pod }
}
