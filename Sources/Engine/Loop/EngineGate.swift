import Dispatch
import Synchronization

/// Where other threads meet the engine's: they leave submissions and cancellations, it takes all at once.
final class EngineGate: Sendable {
    /// A checked request, and where its answer stands.
    struct Order: Sendable {
        let request: EngineRequest
        let answer: AnswerState
    }

    struct Submission: Sendable {
        let id: SequenceID
        let order: Order
        let time: Double
        let deliver: EngineEventHandler
    }

    enum Command: Sendable {
        case submit(Submission)
        case cancel(Range<SequenceID>)
    }

    private struct State {
        var commands: [Command] = []
        var nextID = 0
        /// Submitted and not yet running.
        var waiting = 0
        var isStopping = false
        var retryAfterSeconds = 1
        var pause = EnginePause()
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let waitingLimit: Int
    /// Whether steps are not wanted now. Beside the lock, because a step asks every few milliseconds.
    private let isHeld = Atomic(false)

    init(waitingLimit: Int) { self.waitingLimit = waitingLimit }

    // MARK: From any thread

    /// Queues all of the orders or none, so that a refusal leaves nothing that already ran.
    ///
    /// - Parameter deliver: takes the place of a request in `orders` and its event.
    /// - Throws: `overloaded` when they do not fit the queue, `stopping` after `stop()`.
    func submit(
        _ orders: [Order], time: Double, deliver: @escaping @Sendable (Int, EngineEvent) -> Void
    ) throws(EngineError) -> Range<SequenceID> {
        let result = state.withLock { state -> Result<Range<SequenceID>, EngineError> in
            if state.isStopping { return .failure(.stopping) }
            guard orders.count <= waitingLimit - state.waiting else {
                return .failure(.overloaded(waiting: state.waiting, retryAfterSeconds: state.retryAfterSeconds))
            }
            let ids = state.nextID..<state.nextID + orders.count
            state.nextID = ids.upperBound
            state.waiting += orders.count
            for (place, order) in orders.enumerated() {
                let submission = Submission(id: ids.lowerBound + place, order: order, time: time) {
                    deliver(place, $0)
                }
                state.commands.append(.submit(submission))
            }
            return .success(ids)
        }
        let ids = try result.get()
        wake.signal()
        return ids
    }

    func cancel(_ ids: Range<SequenceID>) {
        state.withLock { $0.commands.append(.cancel(ids)) }
        wake.signal()
    }

    /// Refuses every later request; the loop ends what runs.
    func stop() {
        change { state in
            state.isStopping = true
            return state.pause.end()
        }
    }

    /// See `Engine.pause`. Nothing is paused that stops.
    func pause(releasingMemory: Bool, at time: Double, _ continuation: EnginePause.Continuation) {
        change { state in
            if state.isStopping { return [{ continuation.resume(returning: nil) }] }
            return state.pause.order(releasingMemory: releasingMemory, at: time, continuation)
        }
    }

    func resume() { change { $0.pause.end() } }

    private func change(_ body: (inout State) -> [EnginePause.Call]) {
        let calls = state.withLock { state in
            defer { isHeld.store(state.isStopping || state.pause.isWanted, ordering: .releasing) }
            return body(&state)
        }
        for call in calls { call() }
        wake.signal()
    }

    // MARK: From the engine's thread

    var isStopping: Bool { state.withLock { $0.isStopping } }
    /// Whether a step is to be abandoned, or not to begin.
    var holdsSteps: Bool { isHeld.load(ordering: .acquiring) }
    /// Whether the engine is to stand still, and without its memory.
    var pause: (isWanted: Bool, releasesMemory: Bool) {
        state.withLock { ($0.pause.isWanted, $0.pause.releasesMemory) }
    }
    /// Something was left since `take()`: a step may look whether it is still wanted.
    var hasCommands: Bool { state.withLock { !$0.commands.isEmpty } }

    func take() -> [Command] {
        state.withLock { state in
            defer { state.commands.removeAll() }
            return state.commands
        }
    }

    func confirmIdle(at time: Double) {
        for call in state.withLock({ $0.pause.confirmIdle(at: time) }) { call() }
    }

    func confirmMemory(at time: Double) {
        for call in state.withLock({ $0.pause.confirmMemory(at: time) }) { call() }
    }

    /// Sleeps until somebody leaves something, or the time is up. Wakes early at worst.
    func wait(seconds: Double? = nil) {
        guard let seconds else { return wake.wait() }
        _ = wake.wait(timeout: .now() + max(0, seconds))
    }

    func report(waiting: Int, retryAfterSeconds: Int) {
        state.withLock { state in
            let queued = state.commands.count { if case .submit = $0 { true } else { false } }
            state.waiting = waiting + queued
            state.retryAfterSeconds = retryAfterSeconds
        }
    }
}
