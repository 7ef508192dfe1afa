import Synchronization

/// One unit of work between the task that waits for it and the thread that does it.
///
/// Cancelled before its turn, it never runs and the task goes on at once. Cancelled later, it runs to its end; a unit
/// that has said how (a read) is interrupted.
final class WorkTicket<Value: Sendable>: Sendable {
    private enum State {
        case new
        case waiting(CheckedContinuation<Value, any Error>)
        case running(CheckedContinuation<Value, any Error>, interrupt: (@Sendable () -> Void)?)
        case over
    }

    private let state = Mutex(State.new)
    private let cancelled = Atomic(false)

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    /// Has the unit done by whoever `submit` gives the ticket to, and waits for its result.
    static func run(_ submit: (WorkTicket) -> Void) async throws -> Value {
        let ticket = WorkTicket()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if ticket.isCancelled { return continuation.resume(throwing: CancellationError()) }
                ticket.state.withLock { $0 = .waiting(continuation) }
                if ticket.isCancelled { ticket.cancel() }
                submit(ticket)
            }
        } onCancel: {
            ticket.cancel()
        }
    }

    /// Takes the unit up; false when it was cancelled before.
    func begin() -> Bool {
        state.withLock { state in
            guard case .waiting(let continuation) = state else { return false }
            state = .running(continuation, interrupt: nil)
            return true
        }
    }

    /// Says how the running unit can be interrupted; nil when it no longer can. The closure is called while the ticket
    /// is locked, so it is never called after this has returned for nil, nor after ``finish(_:)``.
    func setInterrupt(_ interrupt: (@Sendable () -> Void)?) {
        state.withLock { state in
            guard case .running(let continuation, _) = state else { return }
            state = .running(continuation, interrupt: interrupt)
        }
    }

    func finish(_ result: Result<Value, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            guard case .running(let continuation, _) = state else { return nil }
            state = .over
            return continuation
        }
        continuation?.resume(with: result)
    }

    private func cancel() {
        cancelled.store(true, ordering: .relaxed)
        let continuation = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            switch state {
            case .waiting(let continuation):
                state = .over
                return continuation
            case .running(_, let interrupt):
                interrupt?()
                return nil
            case .new, .over:
                return nil
            }
        }
        continuation?.resume(throwing: CancellationError())
    }
}
