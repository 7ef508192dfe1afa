import Synchronization

/// The requests to a worker that have not ended.
final class OpenRequests: Sendable {
    private struct State {
        var next = 0
        /// How to cancel each; nil until that is known.
        var cancels: [Int: (@Sendable () -> Void)?] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    /// A ticket for a new request; nil after `close`.
    func begin() -> Int? {
        state.withLock { state in
            guard !state.isClosed else { return nil }
            state.next += 1
            state.cancels[state.next] = .some(nil)
            return state.next
        }
    }

    /// How to cancel the request, if it has not ended already.
    func setCancel(_ ticket: Int, _ cancel: @escaping @Sendable () -> Void) {
        let isClosed = state.withLock { state in
            guard state.cancels[ticket] != nil else { return false }
            state.cancels[ticket] = cancel
            return state.isClosed
        }
        if isClosed { cancel() }
    }

    func end(_ ticket: Int) {
        state.withLock { _ = $0.cancels.removeValue(forKey: ticket) }
    }

    /// Cancels all.
    func close() {
        let cancels = state.withLock { state in
            state.isClosed = true
            return state.cancels.values.compactMap { $0 }
        }
        for cancel in cancels { cancel() }
    }
}
