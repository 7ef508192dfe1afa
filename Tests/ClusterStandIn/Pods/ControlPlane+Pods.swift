import JSON
import Kubernetes

extension ControlPlane {
    private static let success: JSON = [
        "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "code": 201,
    ]

    /// Puts a pod on a node, as schedulers do.
    mutating func bind(_ key: ObjectKey, _ request: StandInRequest) throws(Refusal) -> StandInAnswer {
        guard let pod = store[.pods, key] else { throw .notFound(.pods, key.name) }
        let body = try Self.json(request)
        let refuse = { (why: String) in Refusal.conflict(.pods, key.name, why, kind: "pods/binding") }
        if let gates = pod[at: "spec", "schedulingGates"]?.array, !gates.isEmpty {
            throw refuse("pod \(key.name) has non-empty .spec.schedulingGates")
        }
        if pod[at: "metadata", "deletionTimestamp"] != nil {
            throw refuse("pod \(key.name) is being deleted, cannot be assigned to a host")
        }
        if let node = pod[at: "spec", "nodeName"]?.string, !node.isEmpty {
            throw refuse("pod \(key.name) is already assigned to node \"\(node)\"")
        }
        guard let node = body[at: "target", "name"]?.string, !node.isEmpty else {
            throw .invalid("", "Binding", key.name, [.required("target.name")])
        }
        bind(key, to: node)
        return StandInAnswer(201, Self.success)
    }

    mutating func bind(_ key: ObjectKey, to node: String) {
        change(.pods, key) { pod, now in
            pod[at: "spec", "nodeName"] = .string(node)
            pod[at: "status", "nominatedNodeName"] = nil
            pod.setCondition(PodText.condition("PodScheduled", true, at: now))
        }
    }

    /// Asks a pod to leave, unless a disruption budget holds it.
    mutating func evict(_ key: ObjectKey, _ request: StandInRequest) throws(Refusal) -> StandInAnswer {
        let options = EndOptions(try Self.json(request)["deleteOptions"])
        guard let pod = store[.pods, key] else { throw .notFound(.pods, key.name) }
        try Self.check(options, pod, .pods, key)
        if let refusal = budgetRefusal(pod, in: key.namespace) { throw refusal }
        if request.isDryRun { return StandInAnswer(201, Self.success) }
        disturb(key, reason: "EvictionByEvictionAPI", message: "Eviction API: evicting")
        end(.pods, key, graceSeconds: options.graceSeconds)
        return StandInAnswer(201, Self.success)
    }

    /// Says on a pod why it is to go.
    mutating func disturb(_ key: ObjectKey, reason: String, message: String) {
        change(.pods, key) { pod, now in
            let generation = pod[at: "metadata", "generation"]?.int
            pod.setCondition(
                PodText.condition(
                    "DisruptionTarget", true, at: now, reason: reason, message: message, generation: generation))
        }
    }

    private func budgetRefusal(_ pod: JSON, in namespace: String) -> Refusal? {
        let budgets = (store.list(.disruptionBudgets) ?? []).filter { budget in
            budget.key.namespace == namespace
                && budget.object[at: "spec", "selector"].map { LabelSelector($0).matches(Self.labels(pod)) } ?? false
        }
        for (key, budget) in budgets {
            let healthy = healthyPods(of: budget, in: namespace)
            let wanted = budget[at: "spec", "minAvailable"]?.int ?? 0
            guard healthy <= wanted else { continue }
            let why = "The disruption budget \(key.name) needs \(wanted) healthy pods and has \(healthy) currently"
            let causes: JSON = [["reason": "DisruptionBudget", "message": .string(why)]]
            return Refusal(
                429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.",
                details: ["causes": causes])
        }
        return nil
    }

    private func healthyPods(of budget: JSON, in namespace: String) -> Int {
        let selector = LabelSelector(budget[at: "spec", "selector"] ?? [:])
        return (store.list(.pods) ?? []).count { key, pod in
            let ready = pod[at: "status", "conditions"]?.array?.first { $0["type"] == "Ready" }
            return key.namespace == namespace && ready?["status"] == "True"
                && pod[at: "metadata", "deletionTimestamp"] == nil && selector.matches(Self.labels(pod))
        }
    }

    private static func labels(_ object: JSON) -> [String: String] {
        (object[at: "metadata", "labels"]?.object ?? JSONObject()).reduce(into: [:]) { $0[$1.key] = $1.value.string }
    }

    /// Changes an object as one of the cluster's own programs does, past the rules for clients. Who owns what they
    /// write is not kept: nobody applies it.
    mutating func change(_ resource: APIResource, _ key: ObjectKey, _ body: (inout JSON, Timestamp) -> Void) {
        guard let old = store[resource, key] else { return }
        var object = old
        body(&object, now)
        if object != old { store.put(resource, key, object) }
    }
}
