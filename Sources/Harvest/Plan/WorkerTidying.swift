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
        var staying: [PodBox] = []
        for (id, box) in cluster.boxesOfWorkers where !gone.contains(id) {
            if let reason = verdict(box.pod, nowMs) {
                delete(box.pod, reason)
            } else if !box.pod.isTerminal, let model = box.pod.worker?.model {
                self.demand.add(model, product: cluster.product(box.pod.place))
                staying.append(box)
            }
        }
        actions.sort { $0.name < $1.name }
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
        _ staying: [PodBox], _ cluster: ClusterState, _ standings: [PoolStanding], _ losses: [ObjectID: Int64],
        _ nowMs: Int64
    ) {
        // Most of the time no model can spare a worker, and nobody is looked at.
        guard demand.markets.contains(where: { demand.mayBeSurplus($0) }) else { return }
        for pool in standings.compactMap(\.pool).sorted(by: { $0.name < $1.name }) {
            guard pool.energy.map({ $0.perKWh > .zero }) ?? false || hasUnmet(pool) else { continue }
            guard let least = leastLoss(staying, pool, cluster, losses, nowMs), let model = least.worker?.model else {
                continue
            }
            delete(least, .surplus)
            demand.remove(model, product: cluster.product(least.place))
        }
    }

    private func leastLoss(
        _ staying: [PodBox], _ pool: GPUPool, _ cluster: ClusterState, _ losses: [ObjectID: Int64], _ nowMs: Int64
    ) -> PodState? {
        var least: (loss: Int64, box: PodBox)?
        for box in staying where box.pod.worker?.pool == pool.name {
            guard nowMs - box.pod.createdMs >= pool.placement.minimumResidenceMs,
                demand.isSurplus(box.pod.worker?.model ?? "", product: cluster.product(box.pod.place))
            else { continue }
            let loss = losses[box.pod.id] ?? 1
            if least.map({ (loss, box.pod.id) < ($0.loss, $0.box.pod.id) }) ?? true { least = (loss, box) }
        }
        return least?.box.pod
    }

    private func hasUnmet(_ pool: GPUPool) -> Bool {
        demand.markets.contains {
            pool.allows(model: $0.model.name) && $0.pricePerToken != nil && demand.unmet($0.model.name) > 0
        }
    }
}

extension ClusterState {
    fileprivate func product(_ node: String?) -> String {
        node.flatMap { entries[$0]?.product } ?? ""
    }
}
