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
    /// When the last decision was made, and until when something may have happened unseen.
    private var lastMs: Int64?
    private var blindUntilMs: Int64 = .min

    /// A signal is not dated back further behind the last decision that did not see it: the scheduler's turn, and more.
    static let mostBehindMs: Int64 = 500

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

    /// Takes a decision and the look that it was made on.
    package mutating func note(_ decision: ReclaimDecision, _ look: Look) {
        // What ends while nobody sees it ends at a time that nobody knows.
        if !look.isFresh || lastMs == nil { blindUntilMs = look.nowMs }
        for reclaim in decision.reclaims { begin(reclaim.worker, reclaim.moment, look) }
        for (worker, moment) in decision.leaving { begin(worker, moment, look) }
        for name in logs.keys { follow(name, look) }
        forgetTidied(look)
        lastMs = look.nowMs
    }

    private mutating func forgetTidied(_ look: Look) {
        if tidied.isEmpty { return }
        tidied.formIntersection(look.cluster.workers.compactMap { look.cluster.pod($0)?.uid })
    }

    private mutating func begin(_ worker: ObjectID, _ moment: SignalMoment, _ look: Look) {
        guard let pod = look.cluster.pod(worker), let identity = pod.worker, !tidied.contains(pod.uid) else { return }
        if logs[identity.pool]?.current[worker]?.uid == pod.uid { return }
        let earliest = (lastMs ?? look.nowMs) - Self.mostBehindMs
        let dated = SignalMoment(moment.signal, atMs: max(moment.atMs, earliest))
        logs[identity.pool, default: ReclaimLog()].begin(ReclaimRecord(pod, identity, moment: dated))
    }

    private mutating func follow(_ name: String, _ look: Look) {
        guard var log = logs[name] else { return }
        let before = log.current.count
        log.observe(look.cluster, nowMs: look.nowMs)
        logs[name] = log
        let object = look.picture.pools[name]
        guard let object else {
            if log.current.isEmpty { (logs[name], breaches[name]) = (nil, nil) }
            return
        }
        guard let pool = object.standing.pool else { return }
        let records = Array(log.current.values) + log.finished.suffix(max(0, before - log.current.count))
        for record in records.sorted(by: { $0.worker < $1.worker }) where record.moment.atMs > blindUntilMs {
            guard let reason = record.breach(withinMs: pool.reclaimWithinMs, nowMs: look.nowMs) else { continue }
            let generation = object.object.metadata.generation ?? 0
            if breach(name, generation: generation) == nil {
                breaches[name] = Breach(generation: generation, reason: reason)
            }
        }
    }
}
