/// A pool as it stands now: its nodes in the order of their names, and their sums.
package struct PoolSurvey: Sendable {
    package let pool: GPUPool
    package let nodes: [NodeSurvey]
    package let numAllocatable: Int
    /// On usable nodes.
    package let numOwnerFree: Int
    package let numLent: Int

    /// On usable nodes: asked for by nobody and held by no worker that stays.
    package let numSpare: Int

    /// How many more accelerators workers may take: the limits' word, and never of the owner's reserve.
    package var room: Int {
        max(0, min(pool.limits.most(of: numAllocatable) - numLent, numSpare - pool.limits.reserve))
    }

    /// How many accelerators workers hold beyond that, when `freed` of them have been given back already.
    package func excess(freed: Int = 0) -> Int {
        let beyondLimits = numLent - freed - pool.limits.most(of: numAllocatable)
        // Nodes that are unwell for a while are no reason to clear others; only a reserve that lacks is.
        let lacking = pool.limits.reserve > 0 ? pool.limits.reserve - numSpare - freed : 0
        return max(0, min(numLent - freed, max(beyondLimits, lacking)))
    }

    /// Idle = allocatable minus what the owner's pods request, for long enough, on a usable node.
    package func numIdle(_ node: NodeSurvey, _ tracker: IdleTracker, nowMs: Int64) -> Int {
        guard node.isUsable else { return 0 }
        let key = IdleTracker.Key(node: node.name, resource: pool.resource)
        return min(node.numOwnerFree, tracker.numIdle(key, forMs: pool.idleAfterMs, nowMs: nowMs))
    }
}

extension PoolSurvey {
    /// Each pool that could be read, in the order of their names. An accelerator belongs to the first pool that selects
    /// its node.
    ///
    /// - Parameter leaving: workers that have been told to go, beside those whose pods say so.
    package static func all(
        _ cluster: ClusterState, _ standings: [PoolStanding], leaving: Set<ObjectID> = []
    ) -> [PoolSurvey] {
        let pools = standings.compactMap(\.pool).sorted { $0.name < $1.name }
        var nodes: [[NodeSurvey]] = pools.map { _ in [] }
        let numLeaving = cluster.numLeaving(leaving)
        for entry in cluster.entries.values {
            guard let node = entry.state else { continue }
            var taken: [String] = []
            for (place, pool) in pools.enumerated()
            where !taken.contains(pool.resource) && pool.selects(labels: node.labels) {
                taken.append(pool.resource)
                let going = numLeaving[IdleTracker.Key(node: node.name, resource: pool.resource)] ?? 0
                nodes[place].append(NodeSurvey(entry, node, pool: pool, leaving: going))
            }
        }
        return zip(pools, nodes).map { PoolSurvey($0, $1.sorted { $0.name < $1.name }) }
    }

    private init(_ pool: GPUPool, _ nodes: [NodeSurvey]) {
        self.pool = pool
        self.nodes = nodes
        numAllocatable = nodes.reduce(0) { $0 + $1.numAllocatable }
        numOwnerFree = nodes.reduce(0) { $0 + ($1.isUsable ? $1.numOwnerFree : 0) }
        numLent = nodes.reduce(0) { $0 + $1.numLent }
        numSpare = nodes.reduce(0) { $0 + ($1.isUsable ? max(0, $1.numOwnerFree - $1.numLent) : 0) }
    }
}

/// A pool object: what it declares or what is wrong with it, and whether it may be used.
package struct PoolStanding: Sendable {
    package let name: String
    /// Nil when the spec could not be read.
    package let pool: GPUPool?
    package let problems: SpecProblems?
    /// Why it is suspended: it broke its promise to the owner.
    package var suspension: String?

    package init(_ pool: GPUPool, suspension: String? = nil) {
        name = pool.name
        self.pool = pool
        problems = nil
        self.suspension = suspension
    }

    package init(name: String, problems: SpecProblems) {
        self.name = name
        pool = nil
        self.problems = problems
        suspension = nil
    }
}

extension ClusterState {
    /// What is held by those that have been told to go.
    fileprivate func numLeaving(_ others: Set<ObjectID>) -> [IdleTracker.Key: Int] {
        var result: [IdleTracker.Key: Int] = [:]
        for pod in leaving.union(others).compactMap(pod) {
            guard let node = pod.place, !pod.isTerminal else { continue }
            for (resource, count) in pod.requests.devices {
                result[IdleTracker.Key(node: node, resource: resource), default: 0] += max(0, min(count, 1 << 20))
            }
        }
        return result
    }
}
