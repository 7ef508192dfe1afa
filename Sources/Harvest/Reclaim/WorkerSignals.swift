/// The signals that concern one worker by itself, whatever the owner's pods ask for.
struct WorkerSignals {
    let cluster: ClusterState
    let standings: [String: PoolStanding]
    /// The models that could be read.
    let models: Set<String>
    let nowMs: Int64
    private let openPools: Set<String>

    init(_ cluster: ClusterState, _ standings: [PoolStanding], models: Set<String>, nowMs: Int64) {
        self.cluster = cluster
        self.standings = Dictionary(standings.map { ($0.name, $0) }) { first, _ in first }
        self.models = models
        self.nowMs = nowMs
        openPools = Set(standings.filter { $0.pool?.schedule.isOpen(atMs: nowMs) ?? false }.map(\.name))
    }

    /// The earliest signal to each worker that has one. What Kubernetes wrote has its own time; what we conclude holds
    /// from now on.
    func all() -> [(worker: PodState, moment: SignalMoment)] {
        var result: [(worker: PodState, moment: SignalMoment)] = []
        for entry in cluster.entries.values where !entry.boxes.isEmpty {
            // Workers of one pool on one node hear the same.
            var known: [(identity: WorkerIdentity, signal: ReclaimSignal?)] = []
            for box in entry.boxes.values {
                guard let identity = box.pod.worker else { continue }
                let signal = known.first { $0.identity == identity }.map(\.signal) ?? concluded(identity, entry.state)
                if !known.contains(where: { $0.identity == identity }) { known.append((identity, signal)) }
                let written = kubernetesSignal(box.pod)
                guard signal != nil || written != nil else { continue }
                let moments = [written, signal.map { SignalMoment($0, atMs: nowMs) }].compactMap(\.self)
                if let first = SignalMoment.earliest(moments) { result.append((box.pod, first)) }
            }
        }
        return result
    }

    private func concluded(_ identity: WorkerIdentity, _ node: NodeState?) -> ReclaimSignal? {
        poolSignal(identity) ?? node.flatMap { nodeSignal($0, identity) }
    }

    private func kubernetesSignal(_ worker: PodState) -> SignalMoment? {
        let asked = worker.deletionAskedMs
        guard let disruption = worker.disruption else { return asked.map { SignalMoment(.deleted, atMs: $0) } }
        let atMs = min(disruption.atMs, asked ?? disruption.atMs)
        switch disruption.reason {
        case .preemption: return SignalMoment(.preemption, atMs: atMs)
        case .taint: return SignalMoment(.taint("NoExecute"), atMs: atMs)
        case .eviction, .garbage, .kubelet: return SignalMoment(.eviction, atMs: atMs)
        }
    }

    private func poolSignal(_ identity: WorkerIdentity) -> ReclaimSignal? {
        guard let standing = standings[identity.pool] else { return .poolRemoved }
        guard let pool = standing.pool else { return .poolRefused }
        if pool.mode == .observe { return .observeOnly }
        if let reason = standing.suspension { return .poolSuspended(reason) }
        if !openPools.contains(pool.name) { return .windowEnd }
        return models.contains(identity.model) && pool.allows(model: identity.model) ? nil : .modelRemoved
    }

    private func nodeSignal(_ node: NodeState, _ identity: WorkerIdentity) -> ReclaimSignal? {
        guard let pool = standings[identity.pool]?.pool else { return nil }
        if !pool.selects(labels: node.labels) { return .nodeNotLent }
        if let taint = AutoscalerTaint.first(node.taints, keepAwake: pool.keepAwake) { return .autoscaler(taint.key) }
        if node.isCordoned { return .cordon }
        // Kubernetes' own marks of a node that is unwell come and go; it moves the pods itself.
        let foreign = node.taints.filter { !$0.key.hasPrefix("node.kubernetes.io/") }
        return pool.tolerations.firstForbidden(foreign).map { .taint($0.key) }
    }
}
