import JSON
package import Kubernetes

/// Runs the pods of all nodes, in steps at moments that it names itself.
package struct StandInKubelet: Sendable {
    private enum Action {
        case start
        case ready
        case exit
        /// The API server is told that nothing is left.
        case confirm
    }

    private struct Plan {
        let uid: String
        let action: Action
        var due: Timestamp
    }

    package var behaviour: @Sendable (Pod) -> PodBehaviour = { _ in PodBehaviour() }
    /// Nodes whose kubelet does nothing any more.
    private var deadNodes: Set<String> = []
    private var plans: [ObjectKey: Plan] = [:]
    private var view = ClusterView()

    /// From a pod's end until its object goes.
    private static let confirmation = Duration.milliseconds(30)

    package init() {}

    /// When something is to be done next.
    package var nextDue: Timestamp? { plans.values.map(\.due).min() }

    package mutating func setDead(_ node: String, _ isDead: Bool, now: Timestamp) {
        if isDead { deadNodes.insert(node) } else { deadNodes.remove(node) }
        for (key, pod) in view.pods where pod.spec.nodeName == node { look(at: key, now: now) }
    }

    /// Does what is due.
    ///
    /// - Returns: whether something was written.
    package mutating func step(_ plane: inout ControlPlane) -> Bool {
        let start = plane.store.revision
        let changes = view.update(from: plane.store)
        for key in changes.pods { look(at: key, now: plane.now) }
        let due = plans.filter { $0.value.due <= plane.now }
        for (key, plan) in due.sorted(by: { ($0.value.due, $0.value.uid) < ($1.value.due, $1.value.uid) }) {
            plans[key] = nil
            perform(plan.action, on: key, &plane)
        }
        return plane.store.revision != start
    }

    /// What comes next for a pod, and when.
    private mutating func look(at key: ObjectKey, now: Timestamp) {
        guard let pod = view.pods[key], !pod.spec.nodeName.isEmpty, !deadNodes.contains(pod.spec.nodeName),
            let (action, delay) = next(for: pod)
        else {
            plans[key] = nil
            return
        }
        let due = now.advanced(by: delay)
        guard let plan = plans[key], plan.uid == pod.metadata.uid, plan.action == action else {
            plans[key] = Plan(uid: pod.metadata.uid, action: action, due: due)
            return
        }
        // A grace that was shortened counts from now, if that is sooner.
        if action == .exit { plans[key]?.due = min(plan.due, now.advanced(by: Self.grace(of: pod))) }
    }

    private func next(for pod: Pod) -> (Action, Duration)? {
        let behaviour = behaviour(pod)
        if pod.isDeleting {
            if pod.isTerminal { return (.confirm, Self.confirmation) }
            if pod.status.phase == .pending { return (.exit, .zero) }
            return (.exit, min(behaviour.exit ?? Self.grace(of: pod), Self.grace(of: pod)))
        }
        switch pod.status.phase {
        case .pending: return (.start, behaviour.start)
        case .running where !pod.status.isReady: return behaviour.ready.map { (.ready, $0) }
        default: return nil
        }
    }

    private static func grace(of pod: Pod) -> Duration { .seconds(pod.metadata.deletionGraceSeconds ?? 0) }

    private func perform(_ action: Action, on key: ObjectKey, _ plane: inout ControlPlane) {
        guard let pod = view.pods[key] else { return }
        switch action {
        case .start:
            if let resource = lack(of: pod) { return plane.reject(pod, lackOf: resource) }
            plane.run(
                pod, at: behaviour(pod).address, hostIP: view.nodes[pod.spec.nodeName]?.internalIP ?? "10.1.0.1")
        case .ready: plane.setReady(pod)
        case .exit: plane.terminate(pod, exitCode: behaviour(pod).exitCode)
        case .confirm: plane.end(.pods, key, graceSeconds: 0)
        }
    }

    /// What the node has too little of beside the pods that run: somebody bound it past the scheduler.
    private func lack(of pod: Pod) -> String? {
        guard let node = view.nodes[pod.spec.nodeName] else { return nil }
        var used = ResourceList()
        for key in view.active[node.name] ?? [] {
            if let other = view.pods[key], other.status.phase == .running { used.add(other.requests) }
        }
        return pod.requests.shortages(used: used, of: node.allocatable).first
    }
}
