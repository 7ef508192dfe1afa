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

    /// The earliest signal to a worker; nil when it may stay.
    func first(_ worker: PodState) -> SignalMoment? {
        guard let identity = worker.worker else { return nil }
        // What Kubernetes wrote has its own time; what we conclude holds from now on.
        let concluded = poolSignal(identity) ?? nodeSignal(worker, identity)
        let written = kubernetesSignal(worker)
        return SignalMoment.earliest(
            [written, concluded.map { SignalMoment($0, atMs: nowMs) }].compactMap(\.self))
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

    private func nodeSignal(_ worker: PodState, _ identity: WorkerIdentity) -> ReclaimSignal? {
        guard let pool = standings[identity.pool]?.pool, let name = worker.place, let node = cluster.node(name) else {
            return nil
        }
        if !pool.selects(labels: node.labels) { return .nodeNotLent }
        if let taint = AutoscalerTaint.first(node.taints, keepAwake: pool.keepAwake) { return .autoscaler(taint.key) }
        if node.isCordoned { return .cordon }
        // Kubernetes' own marks of a node that is unwell come and go; it moves the pods itself.
        let foreign = node.taints.filter { !$0.key.hasPrefix("node.kubernetes.io/") }
        return pool.tolerations.firstForbidden(foreign).map { .taint($0.key) }
    }
}
