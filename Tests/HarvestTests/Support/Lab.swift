import Harvest
import Ledger

/// A cluster with a scheduler and kubelets in lock-step rounds, and a controller that looks at it each round.
struct Lab {
    var cluster = ClusterState()
    var memory = PlanMemory()
    var standings: [PoolStanding]
    var markets: [ModelMarket]
    var nowMs: Int64 = 0
    /// Round by round: what the controller did.
    private(set) var started: [(id: ObjectID, atMs: Int64)] = []
    private(set) var deleted: [(id: ObjectID, reason: PlanAction.DeletionReason, atMs: Int64)] = []

    init(_ pools: [GPUPool], _ markets: [ModelMarket]) {
        standings = pools.map { PoolStanding($0) }
        self.markets = markets
    }

    /// One look of the controller; then the scheduler and the kubelets do their part.
    mutating func round(stepMs: Int64 = 60_000) -> Plan {
        nowMs += stepMs
        memory.observe(cluster, standings, nowMs: nowMs)
        let plan = Plan(cluster, standings, markets, memory, nowMs: nowMs)
        memory.note(plan, namespace: "gleaner", nowMs: nowMs)
        endLeaving()
        for action in plan.actions { apply(action) }
        schedule()
        return plan
    }

    private mutating func apply(_ action: PlanAction) {
        switch action {
        case .start(let start, let name):
            var worker = PodState.worker(
                name, gpus: start.gpus, on: nil, pool: start.pool, model: start.model, createdMs: nowMs)
            worker.pinnedNode = start.node
            cluster.set(worker)
            started.append((worker.id, nowMs))
        case .fetchWeights(let start): cluster.weights[start.node, default: []].insert(start.weights)
        case .delete(let id, _, let reason):
            deleted.append((id, reason, nowMs))
            guard var worker = cluster.pods[id] else { return }
            worker.deletionAskedMs = nowMs
            // What never ran is gone at once.
            if worker.node == nil || worker.isTerminal { cluster.removePod(id) } else { cluster.set(worker) }
        case .observe: break
        }
    }

    private mutating func endLeaving() {
        for id in cluster.workers where cluster.pods[id]?.isLeaving ?? false { cluster.removePod(id) }
    }

    /// First fit, the owner's first; nothing is preempted.
    private mutating func schedule() {
        for pod in cluster.waiting.sorted().compactMap({ cluster.pods[$0] }) where !pod.isGated {
            let places = cluster.entries.values.compactMap(\.state).sorted { $0.name < $1.name }
            guard let node = places.first(where: { fits(pod, $0) }) else { continue }
            var bound = pod
            (bound.node, bound.phase, bound.runningMs) = (node.name, .running, nowMs)
            cluster.set(bound)
        }
        for worker in cluster.workers.sorted().compactMap({ cluster.pods[$0] }) where worker.node == nil {
            guard let name = worker.pinnedNode, room(name, without: worker) >= 0 else { continue }
            var bound = worker
            (bound.node, bound.phase, bound.runningMs) = (name, .running, nowMs)
            cluster.set(bound)
        }
    }

    private func room(_ name: String, without worker: PodState) -> Int {
        guard let entry = cluster.entries[name], let node = entry.state else { return -1 }
        return node.allocatable[gpu] - entry.owned[gpu] - entry.lent[gpu]
    }

    private func fits(_ pod: PodState, _ node: NodeState) -> Bool {
        guard let entry = cluster.entries[node.name] else { return false }
        // A worker that is only pinned holds nothing yet.
        let lent = entry.workers.compactMap { cluster.pods[$0] }.filter { $0.node != nil }
        let taken = lent.reduce(entry.owned) { $0 + $1.requests }
        return node.isReady && pod.rule.allows(node) && pod.requests.fits(node.allocatable - taken)
    }

    /// Owner's pods that wait although they would run if we were not there.
    var delayed: [ObjectID] {
        cluster.waiting.filter { id in
            guard let pod = cluster.pods[id], !pod.isGated else { return false }
            return cluster.entries.values.contains { entry in
                guard let node = entry.state else { return false }
                return node.isReady && pod.rule.allows(node) && pod.requests.fits(node.allocatable - entry.owned)
            }
        }
    }
}

extension ModelMarket {
    static func plain(
        _ name: String = "m", gpus: Int = 1, demand: Int = 1_000_000, speed: Int = 1000, loadMs: Int64 = 30_000,
        perMillion: Int = 1, warm: Int = 0
    ) -> ModelMarket {
        var model = ServedModel(
            name: name, source: .volume(claim: "w", path: "m"),
            expected: .init(tokensPerSecond: speed, loadMs: loadMs))
        model.gpus = gpus
        model.minimumWarm = warm
        return ModelMarket(
            model, pricePerToken: PicoUSD(pico: Int128(perMillion) * 1_000_000), demandTokensPerSecond: demand)
    }
}
