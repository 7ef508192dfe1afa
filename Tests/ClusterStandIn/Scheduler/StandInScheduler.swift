import JSON
import Kubernetes

/// Places pods as kube-scheduler does, in steps without a clock of its own: by priority, on nodes that fit, and by
/// preemption where none does.
package struct StandInScheduler: Sendable {
    /// The pod is told where it will run before those are told that must go for it. Both orders happen.
    package var nominatesFirst = false
    var view = ClusterView()
    private var mayHelp = false
    /// The pods that wait, as they were when they were tried.
    private var tried: [ObjectKey: Attempt] = [:]

    private struct Attempt: Equatable {
        let uid: String
        let generation: Int?
        let isGated: Bool

        init(_ pod: Pod) {
            (uid, generation) = (pod.metadata.uid, pod.metadata.generation)
            isGated = !pod.spec.schedulingGates.isEmpty
        }
    }

    static let name = "default-scheduler"

    package init() {}

    /// Tries the pods that wait: new ones, and all when something may have made room.
    ///
    /// - Returns: whether something was written.
    package mutating func step(_ plane: inout ControlPlane) -> Bool {
        let changes = view.update(from: plane.store)
        guard mayHelp || !changes.isEmpty else { return false }
        let start = plane.store.revision
        let triesAll = mayHelp || changes.hasFreed || !changes.nodes.isEmpty
        mayHelp = false
        for key in queue where triesAll || tried[key] != view.pods[key].map(Attempt.init) {
            tried[key] = view.pods[key].map(Attempt.init)
            schedule(key, &plane)
            // Room that came about by its own doing helps those that were tried before.
            if view.update(from: plane.store).hasFreed { mayHelp = true }
        }
        tried = tried.filter { view.waiting.contains($0.key) }
        return plane.store.revision != start
    }

    /// The pods that are ours to place: the most important first, then the oldest.
    private var queue: [ObjectKey] {
        let pods = view.waiting.compactMap { view.pods[$0] }.filter {
            $0.spec.schedulerName == Self.name && $0.spec.schedulingGates.isEmpty && !$0.isDeleting
        }
        return pods.sorted { left, right in
            if left.spec.priority != right.spec.priority { return left.spec.priority > right.spec.priority }
            let (first, second) = (left.metadata.creation, right.metadata.creation)
            if let first, let second, first != second { return first < second }
            return left.metadata.uid < right.metadata.uid
        }.map(\.metadata.key)
    }

    private mutating func schedule(_ key: ObjectKey, _ plane: inout ControlPlane) {
        guard let pod = view.pods[key] else { return }
        let survey = survey(pod)
        if let node = best(of: survey.fitting, for: pod) {
            plane.bind(key, to: node)
            let note = "Successfully assigned \(key.namespace)/\(key.name) to \(node)"
            plane.report(pod, "Scheduled", action: "Binding", note: note)
        } else {
            preempt(for: pod, survey, &plane)
        }
    }

    // MARK: Fit

    /// Why a pod cannot run on a node.
    enum Obstacle: Equatable {
        /// No pod's leaving changes that.
        case fixed(String)
        case lacks([String])
    }

    struct Survey {
        var fitting: [String] = []
        var obstacles: [String: Obstacle] = [:]

        /// How the scheduler counts them up.
        var text: String {
            if obstacles.isEmpty { return "no nodes available to schedule pods" }
            let reasons = obstacles.values.flatMap { obstacle in
                switch obstacle {
                case .fixed(let reason): [reason]
                case .lacks(let names): names.map { $0 == "pods" ? "Too many pods" : "Insufficient \($0)" }
                }
            }
            return Self.text(reasons, of: obstacles.count)
        }

        static func text(_ reasons: [String], of nodes: Int) -> String {
            let counts = Dictionary(grouping: reasons) { $0 }.map { "\($0.value.count) \($0.key)" }.sorted()
            return "0/\(nodes) nodes are available: \(counts.joined(separator: ", "))."
        }
    }

    private mutating func survey(_ pod: Pod) -> Survey {
        var survey = Survey()
        for (name, node) in view.nodes {
            switch obstacle(for: pod, on: node, without: []) {
            case nil: survey.fitting.append(name)
            case let obstacle?: survey.obstacles[name] = obstacle
            }
        }
        return survey
    }

    /// - Parameter leaving: pods of the node that count as gone.
    mutating func obstacle(for pod: Pod, on node: ClusterNode, without leaving: Set<ObjectKey>) -> Obstacle? {
        switch pod.spec.misfit(on: node) {
        case .selector?, .affinity?: return .fixed("node(s) didn't match Pod's node affinity/selector")
        case .cordoned?: return .fixed("node(s) were unschedulable")
        case .taint(let taint)?: return .fixed("node(s) had untolerated taint {\(taint.key): \(taint.value)}")
        case nil: break
        }
        let lacks = pod.allRequests.shortages(
            used: used(on: node.name, for: pod, without: leaving), of: node.allocatable)
        return lacks.isEmpty ? nil : .lacks(lacks)
    }

    /// What is not free for a pod: what pods have there, and what is kept for others that are as important.
    private mutating func used(on node: String, for pod: Pod, without leaving: Set<ObjectKey>) -> ResourceList {
        var used = ResourceList()
        if leaving.isEmpty {
            used = view.requests(on: node)
        } else {
            for key in view.active[node] ?? [] where !leaving.contains(key) {
                used.add(view.pods[key]?.allRequests ?? ResourceList())
            }
        }
        for key in view.nominated[node] ?? [] {
            guard let other = view.pods[key], !other.isDeleting, other.metadata.uid != pod.metadata.uid,
                other.spec.priority >= pod.spec.priority
            else { continue }
            used.add(other.allRequests)
        }
        return used
    }

    /// The node that is kept for it, or else the one of which least is taken.
    private mutating func best(of names: [String], for pod: Pod) -> String? {
        if names.contains(pod.status.nominatedNodeName) { return pod.status.nominatedNodeName }
        let resources = pod.requests.amounts.keys.sorted()
        let shares = names.map { name -> (name: String, share: Double) in
            let (taken, all) = (view.requests(on: name), view.nodes[name]?.allocatable ?? ResourceList())
            let share = resources.reduce(0.0) { sum, resource in
                sum + Double(taken[resource].nanos) / Double(max(all[resource].nanos, 1))
            }
            return (name, share)
        }
        return shares.min { ($0.share, $0.name) < ($1.share, $1.name) }?.name
    }
}
