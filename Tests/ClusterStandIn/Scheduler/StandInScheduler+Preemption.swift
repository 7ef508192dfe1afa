import JSON
import Kubernetes

extension StandInScheduler {
    /// Who would have to go from a node.
    private struct Candidate {
        let node: String
        /// The most important first.
        let victims: [Pod]

        /// Less is better: first that the most important victim matters little, then that all together do, then that
        /// they are few, then that the most important has run for a short time.
        func isBetter(than other: Candidate) -> Bool {
            let (left, right) = (rank, other.rank)
            if left.0 != right.0 { return left.0 < right.0 }
            if left.1 != right.1 { return left.1 < right.1 }
            if left.2 != right.2 { return left.2 < right.2 }
            return left.3 != right.3 ? left.3 > right.3 : node < other.node
        }

        /// Each victim counts, however low its priority.
        private var rank: (Int, Int, Int, Int) {
            let highest = victims.map(\.spec.priority).max() ?? .min
            let sum = victims.reduce(0) { $0 + $1.spec.priority + Int(Int32.max) + 1 }
            let first = victims.filter { $0.spec.priority == highest }
            return (highest, sum, victims.count, first.compactMap { $0.status.start?.microseconds }.min() ?? 0)
        }
    }

    /// Makes room for a pod that fits nowhere, or says why there is none.
    mutating func preempt(for pod: Pod, _ survey: Survey, _ plane: inout ControlPlane) {
        let words = survey.text
        let unhelped = { (why: String) in "\(words) no new claims to deallocate, preemption: \(why)" }
        guard pod.spec.mayPreempt else {
            return fail(pod, unhelped("not eligible due to preemptionPolicy=Never."), nominated: nil, &plane)
        }
        if waitsForVictims(pod) {
            let why = "not eligible due to a terminating pod on the nominated node."
            return fail(pod, unhelped(why), nominated: pod.status.nominatedNodeName, &plane)
        }
        var reasons: [String] = []
        var best: Candidate?
        for (name, obstacle) in survey.obstacles.sorted(by: { $0.key < $1.key }) {
            switch candidate(name, obstacle, for: pod) {
            case .success(let candidate): if best.map(candidate.isBetter) ?? true { best = candidate }
            case .failure(let why): reasons.append(why.reason)
            }
        }
        guard let best else {
            let why = survey.obstacles.isEmpty ? words : Survey.text(reasons, of: survey.obstacles.count)
            return fail(pod, survey.obstacles.isEmpty ? words : unhelped(why), nominated: nil, &plane)
        }
        if nominatesFirst { fail(pod, words, nominated: best.node, &plane) }
        for victim in best.victims { push(victim, off: best.node, for: pod, &plane) }
        if !nominatesFirst { fail(pod, words, nominated: best.node, &plane) }
        for key in view.nominated[best.node] ?? [] {
            guard let other = view.pods[key], other.spec.priority < pod.spec.priority else { continue }
            plane.change(.pods, key) { object, _ in
                object[at: "status", "nominatedNodeName"] = nil
            }
        }
    }

    /// The room that was made for it is not empty yet.
    private func waitsForVictims(_ pod: Pod) -> Bool {
        (view.active[pod.status.nominatedNodeName] ?? []).compactMap { view.pods[$0] }.contains {
            $0.isDeleting && $0.spec.priority < pod.spec.priority && $0.disruption?.reason == Self.reason
        }
    }

    private static let reason = "PreemptionByScheduler"

    private struct NoCandidate: Error {
        let reason: String
    }

    /// All that matter less would go; then as many stay as can, the most important first.
    private mutating func candidate(
        _ name: String, _ obstacle: Obstacle, for pod: Pod
    ) -> Result<Candidate, NoCandidate> {
        guard case .lacks = obstacle, let node = view.nodes[name],
            pod.allRequests.shortages(used: ResourceList(), of: node.allocatable).isEmpty
        else { return .failure(NoCandidate(reason: "Preemption is not helpful for scheduling")) }
        let lesser = (view.active[name] ?? []).compactMap { view.pods[$0] }
            .filter { $0.spec.priority < pod.spec.priority }.sorted(by: Self.mattersMore)
        guard !lesser.isEmpty else {
            return .failure(NoCandidate(reason: "No preemption victims found for incoming pod"))
        }
        var leaving = Set(lesser.map(\.metadata.key))
        if case .lacks(let names)? = self.obstacle(for: pod, on: node, without: leaving) {
            return .failure(NoCandidate(reason: "Insufficient \(names.joined(separator: ", "))"))
        }
        for one in lesser {
            leaving.remove(one.metadata.key)
            // Without any leaving the pod does not fit, so that one at least stays on the list.
            if leaving.isEmpty || self.obstacle(for: pod, on: node, without: leaving) != nil {
                leaving.insert(one.metadata.key)
            }
        }
        return .success(Candidate(node: name, victims: lesser.filter { leaving.contains($0.metadata.key) }))
    }

    private static func mattersMore(_ left: Pod, _ right: Pod) -> Bool {
        if left.spec.priority != right.spec.priority { return left.spec.priority > right.spec.priority }
        let (first, second) = (left.status.start?.microseconds ?? .max, right.status.start?.microseconds ?? .max)
        return first != second ? first < second : left.metadata.uid < right.metadata.uid
    }

    private func push(_ victim: Pod, off node: String, for pod: Pod, _ plane: inout ControlPlane) {
        // Who goes already is not told again.
        guard !victim.isDeleting else { return }
        plane.disturb(
            victim.metadata.key, reason: Self.reason,
            message: "\(Self.name): preempting to accommodate a higher priority pod")
        plane.end(.pods, victim.metadata.key)
        let note = "Preempted by pod \(pod.metadata.uid) on node \(node)"
        plane.report(victim, "Preempted", action: "Preempting", note: note)
    }

    /// Says on the pod that it was not placed. An event says it once, as long as the reason stays.
    private func fail(_ pod: Pod, _ message: String, nominated: String?, _ plane: inout ControlPlane) {
        let isNews = pod.unscheduled?.message != message
        plane.change(.pods, pod.metadata.key) { object, now in
            let generation = pod.metadata.generation
            object.setCondition(
                PodText.condition(
                    "PodScheduled", false, at: now, reason: "Unschedulable", message: message, generation: generation))
            let node = nominated.flatMap { $0.isEmpty ? nil : $0 }
            object[at: "status", "nominatedNodeName"] = node.map { .string($0) }
        }
        if isNews { plane.report(pod, "FailedScheduling", action: "Scheduling", note: message, isWarning: true) }
    }
}

extension ControlPlane {
    /// Writes an event about a pod, as the scheduler does.
    mutating func report(_ pod: Pod, _ reason: String, action: String, note: String, isWarning: Bool = false) {
        let number = String(nextNumber(), radix: 16)
        let name = "\(pod.metadata.name).\(String(repeating: "0", count: max(0, 16 - number.count)))\(number)"
        let key = ObjectKey(name, in: pod.metadata.namespace)
        let regarding = ObjectReference(
            apiVersion: "v1", kind: "Pod", namespace: key.namespace, name: pod.metadata.name, uid: pod.metadata.uid)
        store.put(
            .events, key,
            [
                "kind": "Event", "apiVersion": "events.k8s.io/v1",
                "metadata": [
                    "name": .string(name), "namespace": .string(key.namespace), "uid": .string(nextUID()),
                    "creationTimestamp": .string(now.seconds),
                ],
                "eventTime": .string(now.micro), "reportingController": .string(StandInScheduler.name),
                "reportingInstance": "default-scheduler-0", "action": .string(action), "reason": .string(reason),
                "regarding": regarding.json, "note": .string(note), "type": isWarning ? "Warning" : "Normal",
                "deprecatedSource": [:], "deprecatedFirstTimestamp": .null, "deprecatedLastTimestamp": .null,
            ])
    }
}
