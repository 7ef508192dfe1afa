package import Harvest
import Kubernetes
package import Logging
import Synchronization

/// Gives back what the owner wants, whoever leads: every process decides the same and asks for it at once.
package final class ReclaimLoop: Sendable {
    private struct State {
        var book = ReclaimBook()
        var asked = AskedDeletions()
        var turns = ReclaimTurns()
    }

    private let watch: ClusterWatch
    private let desk: PodDesk
    private let outlook: Outlook
    private let events: EventPoster
    private let bell: Bell
    private let leads: @Sendable () -> Bool
    private let time: TimeSource
    private let log: Logger
    /// Its own: no start, Event or status may stand before a reclaim.
    private let lane = CallLane(width: 16)
    private let state = Mutex(State())

    /// Windows end at full minutes, and clocks are set: we look although nothing changes.
    static let lookEvery: Duration = .seconds(3)
    /// A look that took longer is followed by a rest of the same length: no more than half a core is ours.
    static let quickLook: Duration = .milliseconds(20)
    static let longestRest: Duration = .milliseconds(250)

    /// - Parameter leads: whether this process is the leader: it chooses first among workers.
    package init(
        _ watch: ClusterWatch, _ desk: PodDesk, _ outlook: Outlook, events: EventPoster, bell: Bell, log: Logger,
        leads: @escaping @Sendable () -> Bool
    ) {
        self.watch = watch
        self.desk = desk
        self.outlook = outlook
        self.events = events
        self.bell = bell
        self.leads = leads
        time = watch.client.time
        self.log = log
    }

    package var book: ReclaimBook { state.withLock { $0.book } }

    /// Decides on each change, until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let began = time.monotonic()
                let (due, pause) = decide()
                for reclaim in due { group.addTask { await self.giveBack(reclaim) } }
                tell()
                let cost = time.monotonic() - began
                if cost > Self.quickLook { try? await time.sleep(min(cost, Self.longestRest)) }
                await bell.wait(atMost: pause, time)
            }
        }
    }

    /// What is to go now, and how long nothing else is to be decided unless something changes.
    private func decide() -> (due: [ReclaimDecision.Reclaim], pause: Duration) {
        let look = watch.look()
        guard look.sufficesForReclaim else { return ([], Self.lookEvery) }
        let (losses, leads, now) = (losses, leads(), time.monotonic())
        let decision = ReclaimDecision(
            look.cluster, look.standings, models: look.modelNames, losses: losses, nowMs: look.nowMs)
        return state.withLock { state in
            state.asked.keep(Set(decision.reclaims.map(\.uid)))
            let wanted = state.turns.due(decision.reclaims, isFirst: leads || losses.isEmpty, at: now)
            state.book.note(decision, wanted, look)
            let due = wanted.filter { state.asked.begin($0.uid, at: now) }
            for reclaim in due { state.book.asked(reclaim, atMs: look.nowMs) }
            let next = [state.asked.againAt, state.turns.nextTurn].compactMap(\.self).min()
            return (due, pause(look, decision, askAgainIn: next.map { $0 - now }))
        }
    }

    /// Workers that were asked to go and do not show it yet are the first to go: a load that changes meanwhile must not
    /// have others go beside them.
    private var losses: [ObjectID: Int64] {
        let losses = outlook.losses
        if losses.isEmpty { return losses }
        let asked = state.withLock { $0.book.asked }
        return asked.reduce(into: losses) { $0[$1] = 0 }
    }

    /// Tells of the reclaims that are over, and has the gateways asked what became of their streams.
    private func tell() {
        let nowMs = watch.look().nowMs
        let (records, awaitsWord) = state.withLock { state in
            (
                state.book.complete(isWordExpected: outlook.isHeard, nowMs: nowMs),
                state.book.awaitsWord
            )
        }
        if awaitsWord { outlook.ask() }
        for (pool, record) in records { tell(record, of: pool) }
    }

    /// All of us have seen it; one Event on each is enough.
    private func tell(_ record: ReclaimRecord, of pool: String) {
        let name = "gleaner-reclaimed-\(record.uid.lowercased())"
        log.info("\(record.summary)", metadata: ["pool": "\(pool)", "signal": "\(record.moment.signal.code)"])
        let pod = ObjectReference(pod: record.worker, uid: record.uid)
        events.post("Reclaimed", action: "Reclaim", record.summary, regarding: pod, name: name)
        guard let object = watch.look().picture.pools[pool]?.object else { return }
        events.post(
            "Reclaimed", action: "Reclaim", record.summary, regarding: ObjectReference(pool: object),
            name: name + "-pool")
    }

    /// What the gateways say of workers that went.
    package func note(_ departed: DepartedWorkers) {
        let nowMs = watch.look().nowMs
        state.withLock { $0.book.note(departed, nowMs: nowMs) }
        tell()
    }

    private func pause(_ look: Look, _ decision: ReclaimDecision, askAgainIn: Duration?) -> Duration {
        let minute = look.nowMs - look.nowMs % 60_000 + 60_000
        let moments = [decision.nextLookMs, look.picture.nextExpiryMs(nowMs: look.nowMs), minute].compactMap(\.self)
        let waits = moments.map { Duration.milliseconds($0 - look.nowMs) }
        return max(.milliseconds(1), min(waits.min() ?? Self.lookEvery, askAgainIn ?? Self.lookEvery, Self.lookEvery))
    }

    private func giveBack(_ reclaim: ReclaimDecision.Reclaim) async {
        guard await delete(reclaim.worker, uid: reclaim.uid) else { return }
        log.notice("\(reclaim.explanation)", metadata: ["signal": "\(reclaim.moment.signal.code)"])
        let pod = ObjectReference(pod: reclaim.worker, uid: reclaim.uid)
        // All of us give it back at once; one Event is enough.
        let name = "gleaner-reclaim-\(reclaim.uid.lowercased())"
        events.post(
            reclaim.moment.signal.code, action: "Reclaim", reclaim.explanation, regarding: pod, name: name)
    }

    /// Has workers go that a plan has no use for.
    package func tidy(_ deletions: [(id: ObjectID, uid: String)]) async {
        let now = time.monotonic()
        let due = state.withLock { state in
            state.book.tidied(deletions.map(\.uid))
            return deletions.filter { state.asked.begin($0.uid, at: now) }
        }
        await withDiscardingTaskGroup { group in
            for (id, uid) in due { group.addTask { _ = await self.delete(id, uid: uid) } }
        }
    }

    /// What was begun is ended even when this process is told to stop: an owner waits.
    private func delete(_ id: ObjectID, uid: String) async -> Bool {
        let outcome = await Task { await lane.run { await desk.delete(id, uid: uid) } }.value ?? .failed(.cancelled)
        let now = time.monotonic()
        switch outcome {
        case .done:
            state.withLock { $0.asked.done(uid, at: now) }
            return true
        case .failed(let error):
            let chance = time.chance()
            state.withLock { $0.asked.failed(uid, at: now, chance: chance, least: error.retryAfter) }
            log.warning("\(id) could not be told to go; it is tried again", metadata: ["error": "\(error)"])
            bell.ring()
            return false
        }
    }
}
