/// What to do now: a total function of the cluster, the pools, the models and their markets, the memory and the time.
package struct Plan: Sendable {
    package private(set) var actions: [PlanAction] = []
    /// Which workers go back: what every process decides alike, the leader or not.
    package let reclaim: ReclaimDecision
    package private(set) var pools: [PoolReport] = []
    /// In the order of their names.
    package private(set) var models: [ModelReport] = []

    /// - Parameters:
    ///   - markets: one for each model that could be read.
    ///   - losses: what each worker's loss costs (`LossPrices.loss`).
    package init(
        _ cluster: ClusterState, _ standings: [PoolStanding], _ markets: [ModelMarket], _ memory: PlanMemory,
        losses: [ObjectID: Int64] = [:], nowMs: Int64
    ) {
        let models = Set(markets.map(\.model.name))
        reclaim = ReclaimDecision(cluster, standings, models: models, losses: losses, nowMs: nowMs)
        actions = reclaim.reclaims.map { .delete($0.worker, uid: $0.uid, .reclaim($0.moment)) }
        let tidying = WorkerTidying(cluster, standings, Demand(markets), memory, reclaim, losses, nowMs: nowMs)
        actions += tidying.actions
        var demand = tidying.demand
        let going = reclaim.gone.union(tidying.going)
        let isAsSurveyed = reclaim.reclaims.isEmpty && tidying.going.isEmpty
        let surveys = isAsSurveyed ? reclaim.surveys : PoolSurvey.all(cluster, standings, leaving: going)
        for survey in surveys {
            var pass = PoolPass(survey, cluster, memory, promised: reclaim.promised, nowMs: nowMs)
            let standing = standings.first { $0.name == survey.pool.name }
            actions += pass.starts(&demand, suspension: standing?.suspension)
            pools.append(pass.report)
        }
        pools += standings.compactMap { PoolReport(refused: $0) }
        self.models = demand.markets.map(demand.report)
    }
}

extension PoolReport {
    /// The report of a pool that cannot be read; nil for all others.
    fileprivate init?(refused standing: PoolStanding) {
        guard let problems = standing.problems else { return nil }
        self.init(name: standing.name)
        conditions = [Condition("Ready", false, "Refused", "\(problems)")]
    }
}
