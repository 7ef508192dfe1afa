package import Harvest
import Kubernetes

/// The reclaims of all pools, and which of them broke the promise to the owner. It knows no network.
package struct ReclaimBook: Sendable {
    private struct Breach {
        /// Of the pool's spec: a changed one is a new promise.
        let generation: Int
        let reason: String
    }

    package private(set) var logs: [String: ReclaimLog] = [:]
    private var breaches: [String: Breach] = [:]
    /// Ours that we had go for reasons of our own: no owner waits for them.
    private var tidied: Set<String> = []
    /// Where gateways reached those that go, by their UIDs.
    private var hosts: [String: String] = [:]
    private var untold = UntoldReclaims()
    /// The version of each pool whose status was read.
    private var recalled: [String: String] = [:]
    /// When the last decision was made, and until when something may have happened unseen.
    private var lastMs: Int64?
    private var blindUntilMs: Int64 = .min

    /// A signal is not dated back further behind the last decision that did not see it: the scheduler's turn, and more.
    static let mostBehindMs: Int64 = 500
    /// Gateways may speak of those that ended so long ago.
    static let amendedMs: Int64 = 600_000

    package init() {}

    package func log(of pool: String) -> ReclaimLog { logs[pool] ?? ReclaimLog() }

    /// Why the pool has broken its promise under this generation of its spec.
    package func breach(_ pool: String, generation: Int?) -> String? {
        breaches[pool].flatMap { $0.generation == generation ?? 0 ? $0.reason : nil }
    }

    package mutating func tidied(_ uids: some Sequence<String>) { tidied.formUnion(uids) }

    package mutating func asked(_ reclaim: ReclaimDecision.Reclaim, atMs: Int64) {
        logs[reclaim.identity.pool]?.update(reclaim.worker) { record in
            if record.uid == reclaim.uid, record.deletionAskedMs == nil { record.deletionAskedMs = atMs }
        }
    }

    /// The workers that we asked to go and that have not ended.
    package var asked: [ObjectID] {
        logs.values.flatMap { $0.current.values.filter { $0.deletionAskedMs != nil }.map(\.worker) }
    }

    /// Takes a decision and the look that it was made on.
    ///
    /// - Parameter due: those of its reclaims that this process carries out.
    package mutating func note(_ decision: ReclaimDecision, _ due: [ReclaimDecision.Reclaim], _ look: Look) {
        // What ends while nobody sees it ends at a time that nobody knows.
        if !look.isFresh || lastMs == nil { blindUntilMs = look.nowMs }
        for (name, pool) in look.picture.pools { recall(name, pool.object) }
        var owners = WaitingOwners(look.cluster)
        for reclaim in due { begin(reclaim.worker, reclaim.moment, look, &owners) }
        for (worker, moment) in decision.leaving { begin(worker, moment, look, &owners) }
        let wanted = Set(decision.reclaims.map(\.uid))
        for name in logs.keys {
            logs[name]?.withdraw(look.cluster) { !wanted.contains($0) }
            follow(name, look)
        }
        forgetTidied(look)
        lastMs = look.nowMs
    }

    private mutating func forgetTidied(_ look: Look) {
        if tidied.isEmpty { return }
        tidied.formIntersection(look.cluster.workers.compactMap { look.cluster.pod($0)?.uid })
    }

    private mutating func begin(
        _ worker: ObjectID, _ moment: SignalMoment, _ look: Look, _ owners: inout WaitingOwners
    ) {
        guard let pod = look.cluster.pod(worker), let identity = pod.worker, !tidied.contains(pod.uid) else { return }
        if logs[identity.pool]?.current[worker]?.uid == pod.uid { return }
        let earliest = (lastMs ?? look.nowMs) - Self.mostBehindMs
        let dated = SignalMoment(moment.signal, atMs: max(moment.atMs, earliest))
        var record = ReclaimRecord(pod, identity, moment: dated)
        record.owners = owners.owners(moment.signal, node: pod.place)
        logs[identity.pool, default: ReclaimLog()].begin(record)
        hosts[pod.uid] = look.picture.addresses.address(ofWorker: worker)
    }

    private mutating func follow(_ name: String, _ look: Look) {
        guard var log = logs[name] else { return }
        let before = log.current.count
        log.observe(look.cluster, nowMs: look.nowMs)
        logs[name] = log
        let over = log.finished.suffix(max(0, before - log.current.count))
        untold.add(over, of: name)
        guard let object = look.picture.pools[name] else {
            if log.current.isEmpty { (logs[name], breaches[name], recalled[name]) = (nil, nil, nil) }
            return
        }
        guard let pool = object.standing.pool else { return }
        for record in (log.current.values + over).sorted(by: { $0.worker < $1.worker })
        where record.moment.atMs > blindUntilMs {
            guard let reason = record.breach(withinMs: pool.reclaimWithinMs, nowMs: look.nowMs) else { continue }
            let generation = object.object.metadata.generation ?? 0
            if breach(name, generation: generation) == nil {
                breaches[name] = Breach(generation: generation, reason: reason)
            }
        }
    }

    /// A pool's status tells the reclaims that were before this process, and those that it did not see.
    private mutating func recall(_ name: String, _ object: GenericObject) {
        let version = object.metadata.resourceVersion
        guard recalled[name] != version else { return }
        recalled[name] = version
        let (records, count) = StatusDocument.reclaims(of: name, object.status)
        guard count > 0 || !records.isEmpty else { return }
        logs[name, default: ReclaimLog()].recall(records, count: count)
    }
}

extension ReclaimBook {
    /// Completes the records by what the gateways say of the workers that went.
    package mutating func note(_ departed: DepartedWorkers, nowMs: Int64) {
        if departed.isEmpty { return }
        for name in logs.keys {
            logs[name]?.amend(endedSinceMs: nowMs - Self.amendedMs) { record in
                let (uid, aboutMs) = (record.uid, record.moment.atMs)
                guard let found = departed.departure(uid: uid, host: hosts[uid] ?? "", aboutMs: aboutMs) else { return }
                record.complete(found)
                untold.heard(of: uid)
            }
        }
    }

    /// The records that are complete now, or that nobody will complete, each of them once, and their pools.
    ///
    /// - Parameter isWordExpected: gateways may still say something.
    package mutating func complete(isWordExpected: Bool, nowMs: Int64) -> [(pool: String, record: ReclaimRecord)] {
        untold.take(isWordExpected: isWordExpected, nowMs: nowMs).compactMap { pool, uid in
            hosts[uid] = nil
            return logs[pool]?.finished.last { $0.uid == uid }.map { (pool, $0) }
        }
    }

    /// Whether some that are over wait for a gateway's word.
    package var awaitsWord: Bool { untold.awaitsWord }
}

extension ReclaimRecord {
    /// A gateway that is gone says nothing any more of what it said before: the most counts.
    fileprivate mutating func complete(_ departure: DepartedWorkers.Departure) {
        drainedMs = drainedMs ?? departure.drainedMs
        goneMs = departure.goneMs ?? goneMs
        numStreamsMoved = max(numStreamsMoved, departure.numStreamsMoved)
        numStreamsReported = max(numStreamsReported, departure.numStreamsReported)
        numTokensReplayed = max(numTokensReplayed, departure.numTokensReplayed)
        longestPauseMs = [longestPauseMs, departure.longestPauseMs].compactMap(\.self).max()
    }
}
