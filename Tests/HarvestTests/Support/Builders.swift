import Harvest

let gpu = GPUPool.standardResource

extension NodeState {
    /// A lent node.
    static func lent(_ name: String, gpus: Int, taints: [Taint] = [], labels: [String: String] = [:]) -> NodeState {
        NodeState(
            name: name, labels: ["gleaner.dev/harvest": "true"].merging(labels) { $1 }, taints: taints,
            allocatable: Resources(devices: [gpu: gpus], milliCPU: 64_000, memoryBytes: 1 << 40))
    }
}

extension PodState {
    static func owner(_ name: String, gpus: Int, on node: String? = nil, createdMs: Int64 = 0) -> PodState {
        var pod = PodState(id: ObjectID("team", name), uid: "uid-\(name)", createdMs: createdMs)
        pod.requests = Resources(devices: [gpu: gpus])
        pod.node = node
        pod.phase = node == nil ? .pending : .running
        return pod
    }

    static func worker(
        _ name: String, gpus: Int, on node: String?, pool: String = "p", model: String = "m", createdMs: Int64 = 0
    ) -> PodState {
        var pod = owner(name, gpus: gpus, on: node, createdMs: createdMs)
        pod = PodState(copying: pod, id: ObjectID("gleaner", name))
        pod.worker = WorkerIdentity(pool: pool, model: model)
        return pod
    }

    private init(copying pod: PodState, id: ObjectID) {
        self.init(id: id, uid: pod.uid, createdMs: pod.createdMs)
        (requests, node, phase) = (pod.requests, pod.node, pod.phase)
    }
}

extension ClusterState {
    init(_ nodes: [NodeState], _ pods: [PodState] = []) {
        self.init()
        for node in nodes { set(node) }
        for pod in pods { set(pod) }
    }

    func deciding(
        _ pool: GPUPool = GPUPool(name: "p"), losses: [ObjectID: Int64] = [:], nowMs: Int64 = 1000
    ) -> ReclaimDecision {
        ReclaimDecision(self, [PoolStanding(pool)], models: ["m"], losses: losses, nowMs: nowMs)
    }
}

extension ReclaimDecision {
    var names: [String] { reclaims.map(\.worker.name) }
    var codes: [String] { reclaims.map(\.moment.signal.code) }
}
