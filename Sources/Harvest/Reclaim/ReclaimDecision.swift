/// Which workers go back now, and why. It needs nothing but the cluster and the pools, so that every process that can
/// see them, the leader or not, comes to the same decision.
package struct ReclaimDecision: Sendable {
    /// A worker to delete, in its own grace.
    package struct Reclaim: Sendable, Hashable {
        package let worker: ObjectID
        package let uid: String
        package let identity: WorkerIdentity
        package let moment: SignalMoment

        /// For people.
        package var explanation: String { "\(worker) goes back because \(moment.signal)." }
    }

    /// By name, so that equal states give equal lists.
    package private(set) var reclaims: [Reclaim] = []
    /// Those that are going already, with the earliest signal that they had.
    package private(set) var leaving: [ObjectID: SignalMoment] = [:]
    /// What of each node is kept for the owner's waiting requests: nothing is started there.
    package private(set) var promised: [String: Resources] = [:]
    /// Requests for which nothing can be given back, and why, by name.
    package private(set) var unhelped: [String: String] = [:]

    /// When to look again although nothing changes; nil for never.
    package private(set) var nextLookMs: Int64?
    /// The pools when only those went that a signal of their own told to.
    private(set) var surveys: [PoolSurvey] = []

    /// Every worker that goes or is going.
    package var gone: Set<ObjectID> { Set(reclaims.map(\.worker)).union(leaving.keys) }

    /// - Parameters:
    ///   - models: the names of the models that could be read.
    ///   - losses: what each worker's loss costs (`LossPrices.loss`); 1 for those that are missing.
    package init(
        _ cluster: ClusterState, _ standings: [PoolStanding], models: Set<String>, losses: [ObjectID: Int64] = [:],
        nowMs: Int64
    ) {
        let signals = WorkerSignals(cluster, standings, models: models, nowMs: nowMs)
        for (worker, moment) in signals.all() {
            if worker.isLeaving { leaving[worker.id] = moment } else { add(worker, moment) }
        }
        keepLimits(cluster, standings, losses, nowMs)
        makeRoom(cluster, losses, nowMs)
        reclaims.sort { $0.worker < $1.worker }
    }

    private mutating func add(_ worker: PodState, _ moment: SignalMoment) {
        guard let identity = worker.worker else { return }
        reclaims.append(Reclaim(worker: worker.id, uid: worker.uid, identity: identity, moment: moment))
    }
}

extension ReclaimDecision {
    /// A pool's limits hold for what runs, too: an owner who lowers one gets the difference back.
    private mutating func keepLimits(
        _ cluster: ClusterState, _ standings: [PoolStanding], _ losses: [ObjectID: Int64], _ nowMs: Int64
    ) {
        surveys = PoolSurvey.all(cluster, standings, leaving: gone)
        for survey in surveys where survey.numLent > 0 {
            let pool = survey.pool
            var freed = 0
            if let most = pool.limits.perNode {
                let gone = gone
                for node in survey.nodes where node.numLent > most {
                    let workers = staying(cluster, [node], pool.resource, losses, gone)
                    freed += drop(cluster, workers, node.numLent - most, "limit of \(most) on a node", nowMs)
                }
            }
            let excess = survey.excess(freed: freed)
            guard excess > 0 else { continue }
            let workers = staying(cluster, survey.nodes, pool.resource, losses, gone)
            _ = drop(cluster, workers, excess, "limit or reserve", nowMs)
        }
    }

    private func staying(
        _ cluster: ClusterState, _ nodes: [NodeSurvey], _ resource: String, _ losses: [ObjectID: Int64],
        _ gone: Set<ObjectID>
    ) -> [VictimChoice.Candidate] {
        nodes.flatMap { node in
            (cluster.entries[node.name]?.boxes ?? [:]).compactMap { id, box in
                let count = box.pod.requests[resource]
                guard count > 0, !gone.contains(id) else { return nil }
                return VictimChoice.Candidate(id: id, numDevices: count, loss: losses[id] ?? 1)
            }
        }
    }

    /// - Returns: how many accelerators come free.
    private mutating func drop(
        _ cluster: ClusterState, _ workers: [VictimChoice.Candidate], _ count: Int, _ limit: String, _ nowMs: Int64
    ) -> Int {
        let victims = VictimChoice.choose(workers, freeing: count) ?? workers
        for victim in victims {
            if let worker = cluster.pod(victim.id) { add(worker, SignalMoment(.limit(limit), atMs: nowMs)) }
        }
        return victims.reduce(0) { $0 + $1.numDevices }
    }
}

extension ReclaimDecision {
    private mutating func makeRoom(_ cluster: ClusterState, _ losses: [ObjectID: Int64], _ nowMs: Int64) {
        let requests = cluster.pendingRequests()
        guard !requests.isEmpty else { return }
        let rooms = cluster.rooms(gone: gone, losses: losses)
        var match = RequestMatch(rooms, requests, turn: Int(max(0, nowMs) / 1000))
        for request in requests {
            switch match.match(request) {
            case .fits, .waitsForLeaving: continue
            case .victims where nowMs < request.helpFromMs:
                // The room stays promised in this pass, so that nothing is started in it.
                nextLookMs = min(nextLookMs ?? .max, request.helpFromMs)
            case .victims(let victims):
                for worker in victims.compactMap({ cluster.pod($0.id) }) {
                    // The request's age would be wrong where it could have run until a moment ago.
                    add(worker, SignalMoment(.request(request.name), atMs: max(request.sinceMs, worker.createdMs)))
                }
            case .hopeless: unhelped[request.name] = "no node could hold it even without workers"
            case .postponed: unhelped[request.name] = "it is looked at when the requests before it have their room"
            }
        }
        for (before, after) in zip(rooms, match.rooms) where before.free != after.free {
            promised[after.node.name] = before.free - after.free
        }
    }
}

extension ClusterState {
    /// All nodes with devices, in the order of their names.
    fileprivate func rooms(gone: Set<ObjectID>, losses: [ObjectID: Int64]) -> [NodeRoom] {
        entries.values.compactMap { entry in
            guard let node = entry.state, !node.allocatable.devices.isEmpty else { return nil }
            var room = NodeRoom(
                node: node, free: node.allocatable - entry.owned - entry.lent, soon: .none, workers: [:])
            for worker in entry.boxes.values.map(\.pod) {
                if gone.contains(worker.id) {
                    room.soon = room.soon + worker.requests
                } else {
                    room.add(worker, losses)
                }
            }
            return room
        }.sorted { $0.node.name < $1.node.name }
    }
}

extension NodeRoom {
    fileprivate mutating func add(_ worker: PodState, _ losses: [ObjectID: Int64]) {
        // A worker of ours holds one kind of device.
        guard let (device, count) = worker.requests.devices.first(where: { $0.value > 0 }) else { return }
        let candidate = VictimChoice.Candidate(id: worker.id, numDevices: count, loss: losses[worker.id] ?? 1)
        workers[device, default: []].append(candidate)
    }
}
