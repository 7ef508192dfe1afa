import Synchronization

/// The changes of a reflector's objects, for one reader.
package struct ObjectChanges<Object: KubernetesObject>: AsyncSequence, Sendable {
    package typealias Element = Change<Object>
    package typealias Failure = Never

    private let reader: ChangeReader<Object>
    private let registration: Registration

    init(_ reader: ChangeReader<Object>, end: @escaping @Sendable () -> Void) {
        self.reader = reader
        registration = Registration(end)
    }

    package func makeAsyncIterator() -> Iterator { Iterator(reader: reader, registration: registration) }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let reader: ChangeReader<Object>
        fileprivate let registration: Registration

        /// The next change; nil when the reflector ended or the task is cancelled.
        package mutating func next() async -> Change<Object>? { await reader.next() }
    }

    /// Ends the reading when nobody has it any more.
    fileprivate final class Registration: Sendable {
        private let end: @Sendable () -> Void

        init(_ end: @escaping @Sendable () -> Void) { self.end = end }

        deinit { end() }
    }
}

/// One reader's changes, and the reader while it waits for some.
final class ChangeReader<Object: KubernetesObject>: Sendable {
    private struct State {
        var queue = ChangeQueue<Object>()
        var waiting: CheckedContinuation<Change<Object>?, Never>?
        var isFinished = false
    }

    private let state = Mutex(State())

    func append(_ changes: [Change<Object>]) {
        resume { state in
            for change in changes { state.queue.append(change) }
        }
    }

    /// What is waiting is still read.
    func finish() { resume { $0.isFinished = true } }

    func next() async -> Change<Object>? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiting in
                let earlier = state.withLock { state in
                    defer { state.waiting = waiting }
                    return state.waiting.take()
                }
                // Two tasks read one sequence: the one that came first gets nothing rather than waiting for ever.
                earlier?.resume(returning: nil)
                resume { if Task.isCancelled { $0.isFinished = true } }
            }
        } onCancel: {
            finish()
        }
    }

    private func resume(_ body: (inout State) -> Void) {
        let (waiting, change) = state.withLock {
            state -> (CheckedContinuation<Change<Object>?, Never>?, Change<Object>?) in
            body(&state)
            guard state.waiting != nil else { return (nil, nil) }
            let change = state.queue.popFirst()
            return change != nil || state.isFinished ? (state.waiting.take(), change) : (nil, nil)
        }
        waiting?.resume(returning: change)
    }
}
