import ClusterStandIn
import JSON
import Kubernetes
import Synchronization

/// Nodes without machines in a real cluster: they say that they are well, and say of each pod that is bound to them
/// what a kubelet would, as `PodBehaviour` tells when.
final class PlayedNodes: Sendable {
    private struct State {
        var names: Set<String> = []
        var behaviour: @Sendable (Pod) -> PodBehaviour = { _ in PodBehaviour() }
        /// Pods that are being started or ended, by identity.
        var starting: Set<String> = []
        var ending: Set<String> = []
    }

    private let id: String
    private let client: KubernetesClient
    private let raw: RawRequests
    private let state = Mutex(State())

    init(id: String, _ client: KubernetesClient, _ raw: RawRequests) {
        self.id = id
        self.client = client
        self.raw = raw
    }

    func setBehaviour(_ behaviour: @escaping @Sendable (Pod) -> PodBehaviour) {
        state.withLock { $0.behaviour = behaviour }
    }

    // MARK: Nodes

    func add(_ name: String, gpus: Int, labels: [String: String]) async throws {
        let labels = JSON.object(JSONObject(labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        _ = try await client.create(.anyNodes, ["metadata": ["name": .string(name), "labels": labels]])
        _ = state.withLock { $0.names.insert(name) }
        _ = try await client.apply(
            .anyNodes, name, PlayedStatus.node(gpus: gpus, at: .now), manager: "scene-kubelet", force: true,
            subresource: .status)
        try await renew(name)
        // The cluster's own controllers let pods on it as soon as they have seen that it is well.
        while try await client.get(.anyNodes, name).spec?["taints"]?.array?.isEmpty == false {
            try await client.time.sleep(.milliseconds(100))
        }
    }

    private func renew(_ name: String) async throws {
        let spec: JSON = [
            "holderIdentity": .string(name), "leaseDurationSeconds": 40,
            "renewTime": .string(Timestamp.now.micro),
        ]
        _ = try await client.apply(
            .leases, name, in: "kube-node-lease", ["spec": spec], manager: "scene-kubelet", force: true)
    }

    /// Takes the nodes away, and what is left of pods in namespaces that go.
    func remove(from namespaces: [String]) async {
        for name in state.withLock({ $0.names }) {
            _ = try? await client.delete(.anyNodes, name)
            _ = try? await client.delete(.leases, name, in: "kube-node-lease")
        }
        for namespace in namespaces {
            guard let pods = try? await client.list(.pods, Selection(in: namespace)) else { continue }
            for pod in pods.objects { try? await raw.confirmEnd(of: pod) }
        }
    }

    // MARK: Kubelets

    /// Plays until the task is cancelled.
    func run() async {
        let pods = Reflector(.pods, client: client)
        await withDiscardingTaskGroup { group in
            group.addTask { await pods.run() }
            group.addTask { await self.renewAll() }
            for await change in pods.changes() {
                guard case .added(let pod) = change else {
                    if case .changed(_, let pod) = change { take(pod, &group) }
                    continue
                }
                take(pod, &group)
            }
            group.cancelAll()
        }
    }

    private func renewAll() async {
        while !Task.isCancelled {
            for name in state.withLock({ $0.names }) { try? await renew(name) }
            try? await client.time.sleep(.seconds(10))
        }
    }

    private func take(_ pod: Pod, _ group: inout DiscardingTaskGroup) {
        let behaviour = state.withLock { state -> PodBehaviour? in
            guard state.names.contains(pod.spec.nodeName) else { return nil }
            let isNew =
                pod.isDeleting
                ? state.ending.insert(pod.metadata.uid).inserted
                : pod.status.phase == .pending && state.starting.insert(pod.metadata.uid).inserted
            return isNew ? state.behaviour(pod) : nil
        }
        guard let behaviour else { return }
        group.addTask {
            // What cannot be said because the pod has gone meanwhile need not be said.
            if pod.isDeleting { try? await self.end(pod, behaviour) } else { try? await self.start(pod, behaviour) }
        }
    }

    private func start(_ pod: Pod, _ behaviour: PodBehaviour) async throws {
        try await client.time.sleep(behaviour.start)
        try await say(pod) { PlayedStatus.running(pod, $0, isReady: false, at: .now) }
        guard let ready = behaviour.ready else { return }
        try await client.time.sleep(ready)
        try await say(pod) { PlayedStatus.running(pod, $0, isReady: true, at: .now) }
    }

    private func end(_ pod: Pod, _ behaviour: PodBehaviour) async throws {
        let grace = Duration.seconds(pod.metadata.deletionGraceSeconds ?? 0)
        if pod.status.phase == .running { try await client.time.sleep(min(behaviour.exit ?? grace, grace)) }
        try await say(pod) { PlayedStatus.ended(pod, $0, exitCode: behaviour.exitCode, at: .now) }
        try await raw.confirmEnd(of: pod)
    }

    private func say(_ pod: Pod, _ status: (JSON?) -> JSON?) async throws {
        let (name, namespace) = (pod.metadata.name, pod.metadata.namespace)
        let now = try await client.get(.anyPods, name, in: namespace)
        guard now.metadata.uid == pod.metadata.uid, let status = status(now.status) else { return }
        _ = try await client.merge(.anyPods, name, in: namespace, ["status": status], subresource: .status)
    }
}
