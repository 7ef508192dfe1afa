/// One reclaim from the signal to the owner's running container. Times are Unix milliseconds; a step that has not
/// happened or was not seen is nil.
package struct ReclaimRecord: Sendable, Hashable {
    package let worker: ObjectID
    package let uid: String
    package let identity: WorkerIdentity
    package let node: String
    package let numDevices: Int
    package let moment: SignalMoment
    /// When we asked for the pod's deletion, or saw that somebody had.
    package var deletionAskedMs: Int64?
    /// The worker's own report: no more requests are admitted.
    package var drainedMs: Int64?
    /// The worker's own report: the device is free, scrubbed where the engine can.
    package var deviceFreedMs: Int64?
    /// The pod's phase is terminal: the scheduler counts the device as free.
    package var podEndedMs: Int64?
    /// The owner's pod for which it went is bound.
    package var ownerBoundMs: Int64?
    package var ownerRunningMs: Int64?
    package var numStreamsMoved = 0
    package var numTokensReplayed = 0

    package init(
        _ worker: PodState, _ identity: WorkerIdentity, moment: SignalMoment
    ) {
        self.worker = worker.id
        uid = worker.uid
        self.identity = identity
        node = worker.place ?? ""
        numDevices = worker.requests.devices.values.reduce(0) { $0 + max(0, min($1, 1 << 20)) }
        self.moment = moment
    }

    /// What is promised to the owner: from the signal until the device is free for the scheduler; nil while it lasts.
    package var reclaimMs: Int64? { podEndedMs.map { max(0, $0 - moment.atMs) } }

    /// From the signal until the owner's container runs.
    package var ownerWaitMs: Int64? { ownerRunningMs.map { max(0, $0 - moment.atMs) } }

    /// How long it has taken or is taking.
    package func elapsedMs(nowMs: Int64) -> Int64 { reclaimMs ?? max(0, nowMs - moment.atMs) }

    /// Why a pool that promised `withinMs` is suspended for this reclaim; nil when the promise holds so far.
    package func breach(withinMs: Int64, nowMs: Int64) -> String? {
        let elapsed = elapsedMs(nowMs: nowMs)
        guard elapsed > withinMs else { return nil }
        let verb = reclaimMs == nil ? "is still not back" : "came back"
        return "\(worker) on \(node) \(verb) after \(DurationText.text(ms: elapsed)), and "
            + "\(DurationText.text(ms: withinMs)) are promised; change the pool's spec to lend again"
    }
}
