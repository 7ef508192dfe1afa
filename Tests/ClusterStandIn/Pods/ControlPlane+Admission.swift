import JSON
import Kubernetes

extension ControlPlane {
    /// A new pod with what the server fills in.
    func admitted(_ wish: JSON, _ name: String) throws(Refusal) -> JSON {
        var pod = wish
        guard let list = (pod[at: "spec", "containers"] ?? []).array else {
            let why = "json: cannot unmarshal into Go struct field PodSpec.spec.containers of type []v1.Container"
            throw .badRequest("Pod in version \"v1\" cannot be handled as a Pod: \(why)")
        }
        let filled = list.map(Self.filled)
        pod[at: "spec", "containers"] = .array(filled)
        if let starting = pod[at: "spec", "initContainers"]?.array {
            pod[at: "spec", "initContainers"] = .array(starting.map(Self.filled))
        }
        pod[at: "spec"] = try withPriority(pod["spec"] ?? [:], name)
        for (member, value) in Self.defaults where pod[at: "spec", member] == nil { pod[at: "spec", member] = value }
        pod[at: "spec", "tolerations"] = Self.tolerations(pod)
        pod[at: "status"] = status(of: pod)
        let causes = Self.labelFaults(wish) + Self.containerFaults(filled)
        if !causes.isEmpty { throw .invalid("", "Pod", name, causes) }
        return pod
    }

    private static let defaults: [(String, JSON)] = [
        ("restartPolicy", "Always"), ("terminationGracePeriodSeconds", 30), ("dnsPolicy", "ClusterFirst"),
        ("serviceAccountName", "default"), ("serviceAccount", "default"), ("securityContext", [:]),
        ("schedulerName", "default-scheduler"), ("enableServiceLinks", true),
    ]

    /// Requests are what the limits are, where none are given.
    private static func filled(_ container: JSON) -> JSON {
        guard container.object != nil else { return container }
        var container = container
        let defaults: [(String, JSON)] = [
            ("terminationMessagePath", "/dev/termination-log"), ("terminationMessagePolicy", "File"),
            ("imagePullPolicy", "IfNotPresent"), ("resources", [:]),
        ]
        for (member, value) in defaults where container[member] == nil { container[at: member] = value }
        for (resource, amount) in container[at: "resources", "limits"]?.object ?? JSONObject()
        where container[at: "resources", "requests", resource] == nil {
            container[at: "resources", "requests", resource] = amount
        }
        return container
    }

    private func withPriority(_ spec: JSON, _ name: String) throws(Refusal) -> JSON {
        var spec = spec
        let named = spec["priorityClassName"]?.string ?? ""
        let priorities = named.isEmpty ? globalDefault : try priority(named, name)
        if let wanted = spec["priority"]?.int, wanted != priorities.value {
            let why = "the integer value of priority (\(wanted)) must not be provided in pod spec; "
            throw .forbidden(
                .pods, name,
                why + "priority admission controller computed \(priorities.value) from the given "
                    + "PriorityClass name")
        }
        spec[at: "priority"] = .int(priorities.value)
        if spec["preemptionPolicy"] == nil {
            spec[at: "preemptionPolicy"] = priorities.mayPreempt ? "PreemptLowerPriority" : "Never"
        }
        return spec
    }

    private func priority(_ named: String, _ pod: String) throws(Refusal) -> (value: Int, mayPreempt: Bool) {
        switch named {
        case "system-node-critical": return (2_000_001_000, true)
        case "system-cluster-critical": return (2_000_000_000, true)
        default: break
        }
        guard let found = store[.priorityClasses, ObjectKey(named)] else {
            throw .forbidden(.pods, pod, "no PriorityClass with name \(named) was found")
        }
        return (found["value"]?.int ?? 0, found["preemptionPolicy"]?.string != "Never")
    }

    private var globalDefault: (value: Int, mayPreempt: Bool) {
        let found = store.list(.priorityClasses)?.first { $0.object["globalDefault"]?.bool ?? false }
        return (found?.object["value"]?.int ?? 0, found?.object["preemptionPolicy"]?.string != "Never")
    }

    /// Every pod bears a node's failure for five minutes, unless it says otherwise.
    private static func tolerations(_ pod: JSON) -> JSON {
        var list = pod[at: "spec", "tolerations"]?.array ?? []
        let known = (try? Pod(pod))?.spec.tolerations ?? []
        for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]
        where !known.contains(where: { $0.tolerates(Taint(key: key, effect: .noExecute)) }) {
            list.append(Toleration(key: key, effect: .noExecute, seconds: 300).json)
        }
        return .array(list)
    }

    private func status(of pod: JSON) -> JSON {
        var status = JSONObject([("phase", "Pending")])
        if !(pod[at: "spec", "schedulingGates"]?.array ?? []).isEmpty {
            status["conditions"] = [
                PodText.condition(
                    "PodScheduled", false, at: now, reason: "SchedulingGated",
                    message: "Scheduling is blocked due to non-empty scheduling gates")
            ]
        }
        let resources = (pod[at: "spec", "containers"]?.array ?? []).map { $0[at: "resources"] }
        let asksNothing = resources.allSatisfy {
            ($0?["requests"]?.object ?? JSONObject()).allSatisfy { $0.key != "cpu" && $0.key != "memory" }
        }
        status["qosClass"] = asksNothing ? "BestEffort" : "Burstable"
        return .object(status)
    }

    private static func labelFaults(_ pod: JSON) -> [RefusalCause] {
        let signs = Set("-_./".utf8)
        return (pod[at: "metadata", "labels"]?.object?.keys ?? []).compactMap { key in
            let isGood =
                !key.isEmpty
                && key.utf8.allSatisfy { byte in
                    signs.contains(byte) || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                        || (0x61...0x7A).contains(byte)
                }
            let why = "name part must consist of alphanumeric characters, '-', '_' or '.'"
            return isGood ? nil : .invalid("metadata.labels", "\"\(key)\": \(why)")
        }
    }

    /// Devices are given whole, and nobody gets more than was set aside.
    private static func containerFaults(_ containers: [JSON]) -> [RefusalCause] {
        guard !containers.isEmpty else { return [.required("spec.containers")] }
        var causes: [RefusalCause] = []
        for (place, container) in containers.enumerated() {
            let field = "spec.containers[\(place)].resources"
            let (limits, requests) = (container[at: "resources", "limits"], container[at: "resources", "requests"])
            for (part, list) in [("limits", limits), ("requests", requests)] {
                for (name, amount) in list?.object ?? JSONObject() where name.contains("/") {
                    guard let quantity = Quantity(amount), quantity == Quantity(quantity.units) else {
                        causes.append(
                            .invalid("\(field).\(part)[\(name)]", "\(amount.serialized()): must be an integer"))
                        continue
                    }
                }
            }
            for (name, amount) in requests?.object ?? JSONObject() where name.contains("/") {
                guard let limit = limits?[name] else {
                    causes.append(.required("\(field).limits", "Limit must be set for non overcommitable resources"))
                    continue
                }
                if Quantity(limit) != Quantity(amount) {
                    let why = "must be equal to \(name) limit of \(limit.string ?? "")"
                    causes.append(.invalid("\(field).requests", "\(amount.serialized()): \(why)"))
                }
            }
        }
        return causes
    }

    /// Most of a pod's spec never changes.
    static func checkChange(from old: JSON, to new: JSON, _ name: String) throws(Refusal) {
        guard fixed(old) != fixed(new) || !growsOnly(old, new) else { return }
        let why =
            "pod updates may not change fields other than `spec.containers[*].image`,"
            + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` "
            + "(only additions to existing tolerations),`spec.terminationGracePeriodSeconds`"
        let faults = containerFaults(new[at: "spec", "containers"]?.array ?? [])
        throw .invalid("", "Pod", name, faults + [.forbidden("spec", why)])
    }

    private static func fixed(_ pod: JSON) -> JSON {
        var spec = pod["spec"] ?? [:]
        for name in ["containers", "initContainers"] {
            guard let list = spec[name]?.array else { continue }
            spec[at: name] = .array(
                list.map { container in
                    var container = container
                    container[at: "image"] = nil
                    return container
                })
        }
        for name in ["activeDeadlineSeconds", "tolerations", "schedulingGates"] { spec[at: name] = nil }
        return spec
    }

    /// Tolerations are only added, gates only taken away.
    private static func growsOnly(_ old: JSON, _ new: JSON) -> Bool {
        let list = { (pod: JSON, name: String) in pod[at: "spec", name]?.array ?? [] }
        return list(old, "tolerations").allSatisfy { list(new, "tolerations").contains($0) }
            && list(new, "schedulingGates").allSatisfy { list(old, "schedulingGates").contains($0) }
    }
}
