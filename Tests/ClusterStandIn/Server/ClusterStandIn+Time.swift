package import JSON
package import Kubernetes
import Synchronization

extension ClusterStandIn {
    package var now: Timestamp { clock.now }

    /// Somebody sleeps by `time`.
    package var hasSleeper: Bool { clock.nextWake != nil }

    /// Lets the scheduler and the kubelets do what they can without time going by.
    package func settle() { advance(by: .zero) }

    /// Lets time go by: everything that falls due happens in its order, each at its moment. A task that is woken and
    /// sleeps again is woken by the next call.
    package func advance(by duration: Duration) {
        let end = clock.now.advanced(by: duration)
        while true {
            let next = state.withLock { state in
                state.settle()
                return state.nextDue
            }
            let moment = [next, clock.nextWake].compactMap(\.self).filter { $0 <= end }.min()
            guard let moment, moment > clock.now else { break }
            move(to: moment)
        }
        move(to: end)
    }

    private func move(to moment: Timestamp) {
        state.withLock { state in
            state.plane.now = moment
            state.settle()
        }
        clock.move(to: moment)
    }

    /// Lets time go by until something holds, looking after each moment at which something falls due.
    ///
    /// - Returns: how long it took; nil when it does not hold within `limit`.
    package func advance(upTo limit: Duration, until holds: (ClusterStandIn) -> Bool) -> Duration? {
        let start = clock.now
        settle()
        while !holds(self) {
            let next = [state.withLock { $0.nextDue }, clock.nextWake].compactMap(\.self).min()
            guard let next, next > clock.now, next.since(start) <= limit else { return nil }
            advance(by: next.since(clock.now))
        }
        return clock.now.since(start)
    }

    // MARK: Nodes and pods

    /// Adds a node that is ready.
    @discardableResult
    package func add(
        node name: String, gpus: Int = 8, labels: [String: String] = [:], taints: [Taint] = [],
        resources: [String: String] = [:]
    ) throws -> JSON {
        var amounts = JSONObject([("cpu", "64"), ("memory", "512Gi"), ("pods", "110")])
        if gpus > 0 { amounts["nvidia.com/gpu"] = .string(String(gpus)) }
        for (resource, amount) in resources.sorted(by: { $0.key < $1.key }) { amounts[resource] = .string(amount) }
        var all = JSONObject([("kubernetes.io/hostname", .string(name)), ("kubernetes.io/os", "linux")])
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) { all[key] = .string(value) }
        var spec = JSONObject()
        if !taints.isEmpty { spec["taints"] = .array(taints.map(Self.json)) }
        let ready: JSON = [
            "type": "Ready", "status": "True", "reason": "KubeletReady",
            "message": "kubelet is posting ready status", "lastTransitionTime": .string(now.seconds),
        ]
        return try create(
            .nodes,
            [
                "metadata": ["name": .string(name), "labels": .object(all)], "spec": .object(spec),
                "status": [
                    "capacity": .object(amounts), "allocatable": .object(amounts), "conditions": [ready],
                    "addresses": [
                        [
                            "type": "InternalIP",
                            "address": .string("10.1.0.\(state.withLock { $0.plane.store.count(.nodes) } % 250 + 1)"),
                        ]
                    ],
                    "nodeInfo": ["kubeletVersion": "v1.36.2", "architecture": "amd64", "operatingSystem": "linux"],
                ],
            ])
    }

    private static func json(_ taint: Taint) -> JSON {
        ["key": .string(taint.key), "value": .string(taint.value), "effect": .string(taint.effect.rawValue)]
    }

    /// A plain pod's body: one container that asks for devices.
    package static func pod(
        _ name: String, gpus: Int = 1, priorityClass: String? = nil, labels: [String: String] = [:],
        graceSeconds: Int = 30, spec more: [(String, JSON)] = []
    ) -> JSON {
        var container: JSON = ["name": "main", "image": "registry.example/work:1"]
        if gpus > 0 { container[at: "resources", "limits", "nvidia.com/gpu"] = .string(String(gpus)) }
        var spec = JSONObject([("containers", [container]), ("terminationGracePeriodSeconds", .int(graceSeconds))])
        if let priorityClass { spec["priorityClassName"] = .string(priorityClass) }
        for (name, value) in more { spec[name] = value }
        let labels = JSON.object(JSONObject(labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        return ["metadata": ["name": .string(name), "labels": labels], "spec": .object(spec)]
    }

    /// Adds a priority that pods can name.
    package func add(priorityClass name: String, _ value: Int, mayPreempt: Bool = true) throws {
        try create(
            .priorityClasses,
            [
                "metadata": ["name": .string(name)], "value": .int(value),
                "preemptionPolicy": mayPreempt ? "PreemptLowerPriority" : "Never",
            ])
    }

    /// What pods' processes do from now on.
    package func setBehaviour(_ behaviour: @escaping @Sendable (Pod) -> PodBehaviour) {
        state.withLock { $0.kubelet.behaviour = behaviour }
    }

    /// Which of its two writes the scheduler makes first when it preempts.
    package func setNominatesFirst(_ isFirst: Bool) { state.withLock { $0.scheduler.nominatesFirst = isFirst } }

    /// A node's kubelet dies, or comes back: its pods neither start nor end, and it is given up after a while.
    package func setDead(_ node: String, _ isDead: Bool = true) {
        state.withLock { state in
            state.kubelet.setDead(node, isDead, now: state.plane.now)
            state.nodeController.setSilent(node, isDead, now: state.plane.now)
        }
    }

    /// Nobody can be placed on a node any more, or again.
    package func cordon(_ node: String, _ isCordoned: Bool = true) throws {
        try patch(.nodes, node, ["spec": ["unschedulable": isCordoned ? true : .null]])
        settle()
    }

    /// A pod's processes end by themselves.
    package func finish(_ name: String, in namespace: String = "default", exitCode: Int = 0) {
        state.withLock { state in
            guard let pod = state.plane.store[.pods, ObjectKey(name, in: namespace)].flatMap({ try? Pod($0) }) else {
                return
            }
            state.plane.terminate(pod, exitCode: exitCode)
            state.tellWatches()
        }
    }
}
