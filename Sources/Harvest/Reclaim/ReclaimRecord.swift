/// One reclaim from the signal to the owner's running container. Times are Unix milliseconds; a step that has not
/// happened or was not seen is nil.
package struct ReclaimRecord: Sendable, Hashable {
    package let worker: ObjectID
    package let uid: String
    package let identity: WorkerIdentity
    package let node: String
    package let numDevices: Int
    package let moment: SignalMoment
    /// The owner's pods for which it went, as far as they are known.
    package var owners: [ObjectID] = []
    /// When we asked for the pod's deletion, or saw that somebody had.
    package var deletionAskedMs: Int64?
    /// The worker told its gateways that it takes nothing new.
    package var drainedMs: Int64?
    /// Its gateways had lost all of their connections to it.
    package var goneMs: Int64?
    /// The pod's phase is terminal: the scheduler counts the device as free.
    package var podEndedMs: Int64?
    /// All of the owner's pods for which it went are bound.
    package var ownerBoundMs: Int64?
    package var ownerRunningMs: Int64?
    /// Answers that it had not finished and that went on elsewhere, as its gateways say.
    package var numStreamsMoved = 0
    /// Those of them that it gave back of its own accord.
    package var numStreamsReported = 0
    package var numTokensReplayed = 0
    /// What the client saw that waited longest for its next token.
    package var longestPauseMs: Int64?

    package init(
        _ worker: PodState, _ identity: WorkerIdentity, moment: SignalMoment
    ) {
        self.init(
            worker: worker.id, uid: worker.uid, identity: identity, node: worker.place ?? "",
            numDevices: worker.requests.devices.values.reduce(0) { $0 + max(0, min($1, 1 << 20)) }, moment: moment)
    }

    init(
        worker: ObjectID, uid: String, identity: WorkerIdentity, node: String, numDevices: Int, moment: SignalMoment
    ) {
        self.worker = worker
        self.uid = uid
        self.identity = identity
        self.node = node
        self.numDevices = numDevices
        self.moment = moment
    }

    /// What is promised to the owner: from the signal until the device is free for the scheduler; nil while it lasts.
    package var reclaimMs: Int64? { podEndedMs.map { max(0, $0 - moment.atMs) } }

    /// From the signal until the owner's container runs.
    package var ownerWaitMs: Int64? { ownerRunningMs.map { max(0, $0 - moment.atMs) } }

    /// How long it has taken or is taking.
    package func elapsedMs(nowMs: Int64) -> Int64 { reclaimMs ?? max(0, nowMs - moment.atMs) }

    /// In a sentence or two, for an Event.
    package var summary: String {
        var text = "\(worker) on \(node) came back"
        if let reclaimMs { text += " \(reclaimMs) ms after the signal" }
        text += " (\(moment.signal.code)): \(moment.signal)."
        if numStreamsMoved > 0 {
            text += " \(numStreamsMoved) answers went on elsewhere"
            text += ", for which \(numTokensReplayed) tokens were computed anew"
            text += longestPauseMs.map { "; the longest pause was \($0) ms." } ?? "."
        }
        if let ownerWaitMs { text += " The owner's container ran \(ownerWaitMs) ms after the signal." }
        return text
    }

    /// Why a pool that promised `withinMs` is suspended for this reclaim; nil when the promise holds so far.
    package func breach(withinMs: Int64, nowMs: Int64) -> String? {
        let elapsed = elapsedMs(nowMs: nowMs)
        guard elapsed > withinMs else { return nil }
        let verb = reclaimMs == nil ? "is still not back" : "came back"
        return "\(worker) on \(node) \(verb) after \(DurationText.text(ms: elapsed)), and "
            + "\(DurationText.text(ms: withinMs)) are promised; change the pool's spec to lend again"
    }
}
