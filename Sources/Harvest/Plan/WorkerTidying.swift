import Ledger

/// Looks after our own workers: clears away what is over, gives up what does not start, and lets go of what nobody
/// needs. It counts what the others can serve.
struct WorkerTidying {
    private(set) var actions: [PlanAction] = []
    private(set) var going: Set<ObjectID> = []
    private(set) var demand: Demand

    /// A worker that the scheduler has not placed by then stands on a node that is not idle.
    static let unplacedMs: Int64 = 2000
    /// Images have to come first.
    static let leastStartMs: Int64 = 600_000

    init(
        _ cluster: ClusterState, _ standings: [PoolStanding], _ demand: Demand, _ memory: PlanMemory,
        _ reclaim: ReclaimDecision, _ losses: [ObjectID: Int64], nowMs: Int64
    ) {
        self.demand = demand
        let gone = reclaim.gone
        var staying: [PodState] = []
        for worker in cluster.workers.sorted().compactMap({ cluster.pods[$0] }) where !gone.contains(worker.id) {
            if let reason = verdict(worker, nowMs) {
                delete(worker, reason)
            } else if let model = worker.worker?.model {
                self.demand.add(model, product: cluster.product(worker.place))
                staying.append(worker)
            }
        }
        for assumed in memory.assumed.values {
            self.demand.add(assumed.start.model, product: cluster.product(assumed.start.node))
        }
        // Where weights are on their way, a worker will be.
        for spot in memory.fetching.keys { self.demand.add(spot.model, product: cluster.product(spot.node)) }
        for (name, harvest) in memory.observed where standings.contains(where: { $0.name == name }) {
            for model in harvest.models { self.demand.add(model, product: "") }
        }
        letGo(staying, cluster, standings, losses, nowMs)
    }

    private mutating func delete(_ worker: PodState, _ reason: PlanAction.DeletionReason) {
        actions.append(.delete(worker.id, uid: worker.uid, reason))
        going.insert(worker.id)
    }

    private func verdict(_ worker: PodState, _ nowMs: Int64) -> PlanAction.DeletionReason? {
        if worker.isTerminal { return worker.isLeaving ? nil : .finished }
        let (age, model) = (nowMs - worker.createdMs, worker.worker?.model ?? "")
        guard let node = worker.node else {
            return age > Self.unplacedMs ? .unplaced(node: worker.place ?? "", model: model) : nil
        }
        let loadMs = demand.market(model)?.loadMs ?? 0
        let isLate = worker.runningMs == nil && worker.phase == .pending && age > max(Self.leastStartMs, 5 * loadMs)
        return isLate ? .notStarting(node: node, model: model) : nil
    }

    /// At most one worker of each pool at a time, the one whose loss is least, and only after its minimum residence:
    /// where energy costs something, or another model of the pool has demand that nobody serves.
    private mutating func letGo(
        _ staying: [PodState], _ cluster: ClusterState, _ standings: [PoolStanding], _ losses: [ObjectID: Int64],
        _ nowMs: Int64
    ) {
        for pool in standings.compactMap(\.pool).sorted(by: { $0.name < $1.name }) {
            guard pool.energy.map({ $0.perKWh > .zero }) ?? false || hasUnmet(pool) else { continue }
            let candidates = staying.filter { worker in
                worker.worker?.pool == pool.name && nowMs - worker.createdMs >= pool.placement.minimumResidenceMs
                    && demand.isSurplus(worker.worker?.model ?? "", product: cluster.product(worker.place))
            }
            let least = candidates.min { (losses[$0.id] ?? 1, $0.id) < (losses[$1.id] ?? 1, $1.id) }
            guard let least, let model = least.worker?.model else { continue }
            delete(least, .surplus)
            demand.remove(model, product: cluster.product(least.place))
        }
    }

    private func hasUnmet(_ pool: GPUPool) -> Bool {
        demand.markets.contains {
            pool.allows(model: $0.model.name) && $0.pricePerToken != nil && demand.unmet($0.model.name) > 0
        }
    }
}

extension ClusterState {
    fileprivate func product(_ node: String?) -> String {
        node.flatMap(self.node)?.labels["nvidia.com/gpu.product"] ?? ""
    }
}
