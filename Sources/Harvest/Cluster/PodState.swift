/// A namespaced name.
package struct ObjectID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let namespace: String
    package let name: String

    package init(_ namespace: String, _ name: String) {
        self.namespace = namespace
        self.name = name
    }

    package static func < (left: ObjectID, right: ObjectID) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }

    package var description: String { "\(namespace)/\(name)" }
}

/// Which worker of ours a pod is.
package struct WorkerIdentity: Sendable, Hashable {
    package let pool: String
    package let model: String

    package init(pool: String, model: String) {
        self.pool = pool
        self.model = model
    }
}

/// Why Kubernetes says that a pod is about to go: its `DisruptionTarget` condition.
package struct Disruption: Sendable, Hashable {
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        case preemption = "PreemptionByScheduler"
        case eviction = "EvictionByEvictionAPI"
        case taint = "DeletionByTaintManager"
        case garbage = "DeletionByPodGC"
        case kubelet = "TerminationByKubelet"
    }

    package let reason: Reason
    package let atMs: Int64

    package init(_ reason: Reason, atMs: Int64) {
        self.reason = reason
        self.atMs = atMs
    }
}

/// What we need to know of a pod, the owner's or ours. Times are Unix milliseconds.
package struct PodState: Sendable, Hashable {
    package enum Phase: String, Sendable, Hashable {
        case pending = "Pending"
        case running = "Running"
        case succeeded = "Succeeded"
        case failed = "Failed"
    }

    package let id: ObjectID
    package let uid: String
    /// Nil for the owner's.
    package var worker: WorkerIdentity?
    package var node: String?
    package var nominatedNode: String?
    /// The only node on which a worker of ours may be placed.
    package var pinnedNode: String?
    package var phase: Phase = .pending
    package var requests = Resources()
    package var claims: [ObjectID] = []
    package var rule = PlacementRule()
    package var priority = 0
    /// Whether its scheduler makes room for it of its own accord: the default scheduler does for pods above ours that
    /// do not say `preemptionPolicy: Never`, and never for claims.
    package var isPreempting = false
    /// Not yet to be scheduled (scheduling gates).
    package var isGated = false
    /// The group that starts together or not at all.
    package var gang: String?
    /// When it was first seen, where that is known more finely than by its timestamp of whole seconds.
    package var createdMs: Int64
    /// When all containers were running.
    package var runningMs: Int64?
    /// When deletion was asked for, not when the grace ends.
    package var deletionAskedMs: Int64?
    package var disruption: Disruption?

    package init(id: ObjectID, uid: String, createdMs: Int64) {
        self.id = id
        self.uid = uid
        self.createdMs = createdMs
    }

    package var isTerminal: Bool { phase == .succeeded || phase == .failed }
    package var isLeaving: Bool { deletionAskedMs != nil }
    /// Whose accelerators it holds: where it is bound, or where it is about to be.
    package var place: String? { node ?? nominatedNode ?? pinnedNode }
}

/// Where a pod may be: its node selector, required node affinity (any of the terms) and tolerations.
package struct PlacementRule: Sendable, Hashable {
    package var labels: [String: String] = [:]
    package var anyOf: [NodeSelector] = []
    package var tolerations: [Toleration] = []

    package init(labels: [String: String] = [:], anyOf: [NodeSelector] = [], tolerations: [Toleration] = []) {
        self.labels = labels
        self.anyOf = anyOf
        self.tolerations = tolerations
    }

    package func allows(_ node: NodeState) -> Bool {
        labels.allSatisfy { node.labels[$0.key] == $0.value }
            && (anyOf.isEmpty || anyOf.contains { $0.matches(node.labels) })
            && tolerations.firstForbidden(node.taints) == nil
            && (!node.isCordoned || tolerations.contains { $0.tolerates(Self.cordon) })
    }

    private static let cordon = Taint("node.kubernetes.io/unschedulable", "", .noSchedule)
}

/// A claim for devices by dynamic resource allocation, whose device class the edge has mapped to a resource.
package struct DeviceClaim: Sendable, Hashable {
    package let id: ObjectID
    package var resource: String
    package var count: Int
    /// Where the devices were given out; nil while the claim is pending.
    package var node: String?

    package init(id: ObjectID, resource: String, count: Int, node: String? = nil) {
        self.id = id
        self.resource = resource
        self.count = count
        self.node = node
    }
}
