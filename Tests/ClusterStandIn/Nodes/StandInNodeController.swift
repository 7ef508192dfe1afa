import JSON
package import Kubernetes

/// What kube-controller-manager does about nodes: cordons become taints, a node whose kubelet is silent is given up
/// after a while, and pods leave nodes whose taints they do not bear.
package struct StandInNodeController: Sendable {
    private var view = ClusterView()
    /// Since when a node's kubelet has been silent.
    private var silent: [String: Timestamp] = [:]
    /// Nodes that were heard again.
    private var back: Set<String> = []
    /// When a pod is to leave its node.
    private var leaving: [ObjectKey: (uid: String, due: Timestamp)] = [:]

    /// How long a kubelet may be silent.
    package static let patience = Duration.seconds(50)
    private static let unschedulable = Taint(key: "node.kubernetes.io/unschedulable", effect: .noSchedule)
    private static let unreachable = "node.kubernetes.io/unreachable"

    package init() {}

    /// When something is to be done next, if nothing happens before.
    package var nextDue: Timestamp? {
        let givenUp = silent.filter { view.nodes[$0.key]?.isReady ?? false }.values.map {
            $0.advanced(by: Self.patience)
        }
        return (givenUp + leaving.values.map(\.due)).min()
    }

    package mutating func setSilent(_ node: String, _ isSilent: Bool, now: Timestamp) {
        if !isSilent, silent[node] != nil { back.insert(node) }
        silent[node] = isSilent ? silent[node] ?? now : nil
    }

    /// Does what is due.
    ///
    /// - Returns: whether something was written.
    package mutating func step(_ plane: inout ControlPlane) -> Bool {
        let start = plane.store.revision
        let changes = view.update(from: plane.store)
        for name in changes.nodes.sorted() { mark(name, &plane) }
        for name in silent.keys.sorted() { giveUp(name, &plane) }
        for name in back.sorted() where silent[name] == nil {
            plane.setTaints(of: name, [], insteadOf: [Self.unreachable])
            plane.setReady(name, true)
        }
        back = []
        var touched = changes.pods
        for name in changes.nodes { touched.formUnion(view.active[name] ?? []) }
        for key in touched { look(at: key, now: plane.now) }
        for (key, plan) in leaving.sorted(by: { $0.value.uid < $1.value.uid }) where plan.due <= plane.now {
            leaving[key] = nil
            plane.disturb(
                key, reason: "DeletionByTaintManager", message: "Taint manager: deleting due to NoExecute taint")
            plane.end(.pods, key)
        }
        return plane.store.revision != start
    }

    /// A cordon is a taint as well.
    private func mark(_ name: String, _ plane: inout ControlPlane) {
        guard let node = view.nodes[name] else { return }
        let isMarked = node.taints.contains { $0.key == Self.unschedulable.key }
        guard node.isUnschedulable != isMarked else { return }
        plane.setTaints(of: name, node.isUnschedulable ? [Self.unschedulable] : [], insteadOf: [Self.unschedulable.key])
    }

    /// Gives a node up that has been silent for too long.
    private func giveUp(_ name: String, _ plane: inout ControlPlane) {
        guard let since = silent[name], plane.now >= since.advanced(by: Self.patience),
            view.nodes[name]?.isReady ?? false
        else { return }
        // Who hears from no node at all suspects itself, and drives nobody away.
        let isAlone = view.nodes.keys.allSatisfy { silent[$0] != nil }
        let effects: [Taint.Effect] = isAlone ? [.noSchedule] : [.noSchedule, .noExecute]
        plane.setTaints(
            of: name, effects.map { Taint(key: Self.unreachable, effect: $0) }, insteadOf: [Self.unreachable])
        plane.setReady(name, false)
        for key in (view.active[name] ?? []).sorted(by: { $0.description < $1.description }) {
            plane.change(.pods, key) { pod, now in pod.setCondition(PodText.condition("Ready", false, at: now)) }
        }
    }

    /// When a pod is to leave, by the taints of its node.
    private mutating func look(at key: ObjectKey, now: Timestamp) {
        guard let pod = view.pods[key], !pod.isTerminal, !pod.isDeleting, let node = view.nodes[pod.spec.nodeName],
            let patience = Self.patience(of: pod, with: node)
        else {
            leaving[key] = nil
            return
        }
        if leaving[key]?.uid != pod.metadata.uid { leaving[key] = (pod.metadata.uid, now.advanced(by: patience)) }
    }

    /// How long a pod bears a node's taints; nil = for ever.
    private static func patience(of pod: Pod, with node: ClusterNode) -> Duration? {
        var shortest: Int?
        for taint in node.taints where taint.effect == .noExecute {
            let bearing = pod.spec.tolerations.filter { $0.tolerates(taint) }
            if bearing.isEmpty { return .zero }
            for seconds in bearing.compactMap(\.seconds) { shortest = min(shortest ?? seconds, max(seconds, 0)) }
        }
        return shortest.map { .seconds($0) }
    }
}

extension ControlPlane {
    /// Sets taints of a node in the place of those with these keys.
    mutating func setTaints(of node: String, _ taints: [Taint], insteadOf keys: [String]) {
        change(.nodes, ObjectKey(node)) { object, now in
            let others = (object[at: "spec", "taints"]?.array ?? []).filter { taint in
                !keys.contains { taint["key"] == .string($0) }
            }
            let added = taints.map { taint -> JSON in
                [
                    "key": .string(taint.key), "effect": .string(taint.effect.rawValue),
                    "timeAdded": .string(now.seconds),
                ]
            }
            let all = others + added
            object[at: "spec", "taints"] = all.isEmpty ? nil : .array(all)
        }
    }

    mutating func setReady(_ node: String, _ isReady: Bool) {
        change(.nodes, ObjectKey(node)) { object, now in
            var condition: JSON = ["type": "Ready", "status": isReady ? "True" : "Unknown"]
            condition[at: "lastTransitionTime"] = .string(now.seconds)
            condition[at: "reason"] = isReady ? "KubeletReady" : "NodeStatusUnknown"
            condition[at: "message"] =
                isReady ? "kubelet is posting ready status" : "Kubelet stopped posting node status."
            object.setCondition(condition)
        }
    }
}
