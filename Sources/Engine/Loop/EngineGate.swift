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
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let waitingLimit: Int

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
        state.withLock { $0.isStopping = true }
        wake.signal()
    }

    // MARK: From the engine's thread

    var isStopping: Bool { state.withLock { $0.isStopping } }
    /// Something was left since `take()`: a step may look whether it is still wanted.
    var hasCommands: Bool { state.withLock { !$0.commands.isEmpty } }

    func take() -> [Command] {
        state.withLock { state in
            defer { state.commands.removeAll() }
            return state.commands
        }
    }

    /// Sleeps until somebody leaves something. Wakes early at worst.
    func wait() { wake.wait() }

    func report(waiting: Int, retryAfterSeconds: Int) {
        state.withLock { state in
            let queued = state.commands.count { if case .submit = $0 { true } else { false } }
            state.waiting = waiting + queued
            state.retryAfterSeconds = retryAfterSeconds
        }
    }
}
