extension PlanMemory {
    /// Learns from the cluster as it is now: before each plan.
    package mutating func observe(_ cluster: ClusterState, _ standings: [PoolStanding], nowMs: Int64) {
        let surveys = PoolSurvey.all(cluster, standings)
        followIdleness(surveys, nowMs)
        followWorkers(cluster, nowMs)
        forgetTheOld(cluster, standings, nowMs)
        for survey in surveys where survey.pool.mode == .observe { followObserved(survey, nowMs) }
    }

    private mutating func followIdleness(_ surveys: [PoolSurvey], _ nowMs: Int64) {
        var unseen = Set(idle.keys)
        for survey in surveys {
            for node in survey.nodes {
                let key = IdleTracker.Key(node: node.name, resource: survey.pool.resource)
                unseen.remove(key)
                poolOf[key] = survey.pool.name
                // A node that is unwell is out of sight: its spells neither end nor go on.
                if case .notReady = node.obstacle {
                    learn(idle.forget(key), survey.pool, isEnded: false, nowMs)
                } else {
                    learn(idle.observe(key, free: node.numOwnerFree, nowMs: nowMs), survey.pool, isEnded: true, nowMs)
                }
            }
        }
        let pools = Dictionary(surveys.map { ($0.pool.name, $0.pool) }) { first, _ in first }
        for key in unseen {
            let begun = idle.forget(key)
            if let pool = poolOf.removeValue(forKey: key).flatMap({ pools[$0] }) {
                learn(begun, pool, isEnded: false, nowMs)
            }
        }
    }

    private mutating func learn(_ begun: [Int64], _ pool: GPUPool, isEnded: Bool, _ nowMs: Int64) {
        for since in begun {
            forecasts[pool.name, default: IdleForecast()].learn(
                hourOfWeek: pool.schedule.hourOfWeek(atMs: since), ms: max(0, nowMs - since), isEnded: isEnded)
        }
    }

    private mutating func followWorkers(_ cluster: ClusterState, _ nowMs: Int64) {
        assumed = assumed.filter { cluster.pod($0.key) == nil && nowMs - $0.value.atMs < Self.assumedMs }
        var uids: Set<String> = []
        for worker in cluster.over.compactMap(cluster.pod) where worker.phase == .failed {
            uids.insert(worker.uid)
            // A worker that was told to go ends as failed, and is to blame for nothing.
            guard !worker.isLeaving, worker.disruption == nil, !seenFailures.contains(worker.uid),
                let node = worker.place, let model = worker.worker?.model
            else { continue }
            fail(Spot(node: node, model: model), nowMs: nowMs)
        }
        seenFailures = uids
    }

    private mutating func forgetTheOld(_ cluster: ClusterState, _ standings: [PoolStanding], _ nowMs: Int64) {
        let names = Set(standings.map(\.name))
        forecasts = forecasts.filter { names.contains($0.key) }
        observed = observed.filter { name, _ in
            standings.contains { $0.name == name && $0.pool?.mode == .observe }
        }
        starts = starts.filter { names.contains($0.key) }.mapValues { $0.filter { $0 > nowMs - Self.hourMs } }
        fetching = fetching.filter { spot, fetch in
            nowMs - fetch.atMs < Self.fetchingMs && !(cluster.weights[spot.node]?.contains(fetch.weights) ?? false)
        }
        failures = failures.filter { $0.value.untilMs > nowMs - Self.hourMs }
    }

    private mutating func followObserved(_ survey: PoolSurvey, _ nowMs: Int64) {
        let isOpen = survey.pool.schedule.isOpen(atMs: nowMs)
        let usable = survey.nodes.filter { isOpen && $0.isUsable }
        let free = Dictionary(usable.map { ($0.name, $0.numOwnerFree) }) { first, _ in first }
        observed[survey.pool.name]?.observe(free: free, nowMs: nowMs)
    }
}
