/// The reclaims of a pool: those that go on, and the latest that are over.
package struct ReclaimLog: Sendable {
    package private(set) var current: [ObjectID: ReclaimRecord] = [:]
    /// In the order in which their pods ended.
    package private(set) var finished: [ReclaimRecord] = []
    /// Those that are over, those included that are not remembered one by one.
    package private(set) var numEver = 0

    package static let mostFinished = 1024
    /// The latest of them outlive this process, and it is of these that times are told.
    package static let mostKept = 100
    /// An owner's pod that does not run is not waited for any longer.
    static let longestOwnerWaitMs: Int64 = 60_000

    package init() {}

    package mutating func begin(_ record: ReclaimRecord) {
        // The same worker may be decided on again before its deletion shows: the first signal stays.
        if current[record.worker]?.uid == record.uid { return }
        current[record.worker] = record
    }

    package mutating func update(_ worker: ObjectID, _ change: (inout ReclaimRecord) -> Void) {
        guard var record = current[worker] else { return }
        change(&record)
        current[worker] = record
    }

    /// Forgets those that were never told to go and need not any more: the wish for them has gone.
    package mutating func withdraw(_ cluster: ClusterState, _ isUnwanted: (_ uid: String) -> Bool) {
        current = current.filter { id, record in
            guard let pod = cluster.pod(id), pod.uid == record.uid, !pod.isTerminal, !pod.isLeaving else { return true }
            return !isUnwanted(record.uid)
        }
    }

    /// Adds to those that go on, and to those that ended since then.
    package mutating func amend(endedSinceMs ms: Int64, _ change: (inout ReclaimRecord) -> Void) {
        for worker in Array(current.keys) { update(worker, change) }
        for place in finished.indices.reversed() {
            guard (finished[place].podEndedMs ?? .min) >= ms else { return }
            change(&finished[place])
        }
    }

    /// Takes a step's times from the pods, and files what is over.
    package mutating func observe(_ cluster: ClusterState, nowMs: Int64) {
        for (id, record) in current.sorted(by: { $0.key < $1.key }) {
            var record = record
            let pod = cluster.pod(id).flatMap { $0.uid == record.uid ? $0 : nil }
            if record.deletionAskedMs == nil { record.deletionAskedMs = pod?.deletionAskedMs }
            if record.podEndedMs == nil, pod?.isTerminal ?? true { record.podEndedMs = nowMs }
            observeOwners(&record, cluster, nowMs)
            current[id] = record
            guard isOver(record, nowMs: nowMs) else { continue }
            current[id] = nil
            file([record])
            numEver += 1
        }
    }

    private func observeOwners(_ record: inout ReclaimRecord, _ cluster: ClusterState, _ nowMs: Int64) {
        guard record.podEndedMs != nil, !record.owners.isEmpty else { return }
        let pods = record.owners.compactMap(cluster.pod)
        guard pods.count == record.owners.count, pods.allSatisfy({ $0.node != nil }) else { return }
        record.ownerBoundMs = record.ownerBoundMs ?? nowMs
        let running = pods.compactMap(\.runningMs)
        guard running.count == pods.count, let last = running.max() else { return }
        record.ownerRunningMs = record.ownerRunningMs ?? max(last, record.moment.atMs)
    }

    private func isOver(_ record: ReclaimRecord, nowMs: Int64) -> Bool {
        guard let ended = record.podEndedMs else { return false }
        return record.owners.isEmpty || record.ownerRunningMs != nil || nowMs - ended > Self.longestOwnerWaitMs
    }

    private mutating func file(_ records: [ReclaimRecord]) {
        let isLatest = records.count == 1 && finished.last.map { $0.order < records[0].order } ?? true
        finished += records
        if !isLatest { finished.sort { $0.order < $1.order } }
        if finished.count > Self.mostFinished { finished.removeFirst(finished.count - Self.mostFinished) }
    }

    /// The finished reclaims' times: how long the accelerators took to come back.
    package var reclaimTimes: TimeSummary { TimeSummary(kept.compactMap(\.reclaimMs)) }
    package var ownerWaits: TimeSummary { TimeSummary(kept.compactMap(\.ownerWaitMs)) }

    /// Why the pool has broken its promise.
    package func breach(withinMs: Int64, nowMs: Int64) -> String? {
        (finished + current.values.sorted { $0.worker < $1.worker })
            .lazy.compactMap { $0.breach(withinMs: withinMs, nowMs: nowMs) }.first
    }
}

extension ReclaimLog {
    /// What outlives this process, the oldest first.
    package var kept: ArraySlice<ReclaimRecord> { finished.suffix(Self.mostKept) }

    /// Takes what another process, or this one before it was started again, has kept. To be told the same twice
    /// changes nothing.
    ///
    /// - Parameter count: of all that it knew to be over.
    package mutating func recall(_ records: [ReclaimRecord], count: Int) {
        let told = Set(records.map(\.uid))
        let known = Set(finished.map(\.uid)).union(current.values.map(\.uid))
        // What it had seen before the oldest that it told is in its count.
        let oldest = records.map(\.order).min { $0 < $1 } ?? (.min, "")
        let unheard = finished.count { !told.contains($0.uid) && $0.order > oldest }
        let new = records.filter { !known.contains($0.uid) && $0.podEndedMs != nil }
        if !new.isEmpty { file(new) }
        let sum = min(max(0, count), 1 << 40) + unheard
        numEver = max(numEver + new.count, sum)
    }
}

extension ReclaimRecord {
    /// Many may end at one moment.
    fileprivate var order: (Int64, String) { (podEndedMs ?? 0, uid) }
}

/// The distribution of some times, in milliseconds; nil where there are none.
package struct TimeSummary: Sendable, Hashable {
    package let count: Int
    package let p50Ms: Int64?
    package let p99Ms: Int64?
    package let maximumMs: Int64?

    /// Percentiles by the nearest rank: each is one of the times.
    package init(_ times: [Int64]) {
        let sorted = times.sorted()
        count = sorted.count
        p50Ms = Self.rank(sorted, 50)
        p99Ms = Self.rank(sorted, 99)
        maximumMs = sorted.last
    }

    private static func rank(_ sorted: [Int64], _ percent: Int) -> Int64? {
        sorted.isEmpty ? nil : sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
    }
}
