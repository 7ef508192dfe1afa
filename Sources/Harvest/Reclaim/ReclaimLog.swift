/// The reclaims of a pool: those that go on, and the latest that are over.
package struct ReclaimLog: Sendable {
    package private(set) var current: [ObjectID: ReclaimRecord] = [:]
    /// The oldest first.
    package private(set) var finished: [ReclaimRecord] = []
    package private(set) var numEver = 0

    package static let mostFinished = 1024

    package init() {}

    package mutating func begin(_ record: ReclaimRecord) {
        // The same worker may be decided on again before its deletion shows: the first signal stays.
        if current[record.worker]?.uid == record.uid { return }
        current[record.worker] = record
        numEver += 1
    }

    package mutating func update(_ worker: ObjectID, _ change: (inout ReclaimRecord) -> Void) {
        guard var record = current[worker] else { return }
        change(&record)
        current[worker] = record
    }

    /// Takes a step's times from the pods: the worker's own, and once it is over it is filed.
    package mutating func observe(_ cluster: ClusterState, nowMs: Int64) {
        for (id, record) in current {
            var record = record
            let pod = cluster.pod(id).flatMap { $0.uid == record.uid ? $0 : nil }
            if record.deletionAskedMs == nil { record.deletionAskedMs = pod?.deletionAskedMs }
            if record.podEndedMs == nil, pod?.isTerminal ?? true { record.podEndedMs = nowMs }
            current[id] = record
            observeOwner(&record, cluster, nowMs)
            current[id] = record
            if isOver(record, nowMs: nowMs) { finish(id, record) }
        }
    }

    private func observeOwner(_ record: inout ReclaimRecord, _ cluster: ClusterState, _ nowMs: Int64) {
        guard case .request(let name) = record.moment.signal, record.podEndedMs != nil else { return }
        let parts = name.split(separator: "/").map(String.init)
        guard parts.count == 2, let owner = cluster.pod(ObjectID(parts[0], parts[1])), owner.node != nil else {
            return
        }
        if record.ownerBoundMs == nil { record.ownerBoundMs = nowMs }
        if record.ownerRunningMs == nil { record.ownerRunningMs = owner.runningMs.map { max($0, record.moment.atMs) } }
    }

    /// An owner's pod that never runs is not waited for.
    private func isOver(_ record: ReclaimRecord, nowMs: Int64) -> Bool {
        guard let ended = record.podEndedMs else { return false }
        if case .request = record.moment.signal { return record.ownerRunningMs != nil || nowMs - ended > 60_000 }
        return true
    }

    private mutating func finish(_ id: ObjectID, _ record: ReclaimRecord) {
        current[id] = nil
        finished.append(record)
        if finished.count > Self.mostFinished { finished.removeFirst(finished.count - Self.mostFinished) }
    }

    /// The finished reclaims' times: how long the accelerators took to come back.
    package var reclaimTimes: TimeSummary { TimeSummary(finished.compactMap(\.reclaimMs)) }
    package var ownerWaits: TimeSummary { TimeSummary(finished.compactMap(\.ownerWaitMs)) }

    /// Why the pool has broken its promise.
    package func breach(withinMs: Int64, nowMs: Int64) -> String? {
        (finished + current.values.sorted { $0.worker < $1.worker })
            .lazy.compactMap { $0.breach(withinMs: withinMs, nowMs: nowMs) }.first
    }
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
