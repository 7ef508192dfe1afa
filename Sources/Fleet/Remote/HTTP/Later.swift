import Synchronization

/// The outcome of one request, said once by its connection and awaited by one task, which may be cancelled before.
final class Later<Value: Sendable>: Sendable {
    private struct State {
        var result: Result<Value, RemoteFailure>?
        var waiting: CheckedContinuation<Value, any Error>?
        var cancel: (@Sendable () -> Void)?
        var isCancelled = false
    }

    private let state = Mutex(State())

    /// Only the first call counts.
    func say(_ value: Value, failure: RemoteFailure?) {
        let result: Result<Value, RemoteFailure> = failure.map { .failure($0) } ?? .success(value)
        let waiting = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            guard state.result == nil else { return nil }
            state.result = result
            return state.waiting.take()
        }
        waiting?.resume(with: result.mapError { $0 as any Error })
    }

    /// - Throws: `RemoteFailure`.
    func value() async throws -> Value {
        try await withCheckedThrowingContinuation { waiting in
            let result = state.withLock { state in
                if state.result == nil { state.waiting = waiting }
                return state.result
            }
            if let result { waiting.resume(with: result.mapError { $0 as any Error }) }
        }
    }

    /// Has `cancel` called when the task is cancelled; at once if it was already.
    func onCancel(_ cancel: @escaping @Sendable () -> Void) {
        let isCancelled = state.withLock { state in
            state.cancel = cancel
            return state.isCancelled
        }
        if isCancelled { cancel() }
    }

    func cancel() {
        let cancel = state.withLock { state in
            state.isCancelled = true
            return state.cancel.take()
        }
        cancel?()
    }
}
