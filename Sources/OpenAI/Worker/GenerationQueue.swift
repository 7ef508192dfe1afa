import Synchronization

extension GenerationStream {
    /// What both ends of a stream share. Nothing runs under the lock but these few lines: readers and
    /// handlers are called after it is released.
    final class Queue: Sendable {
        typealias Reader = CheckedContinuation<[GenerationEvent]?, any Error>

        private enum End {
            case finished((any Error)?)
            case cancelled(any Error)
        }

        private struct State {
            var events: [GenerationEvent] = []
            var isAwake = false
            var end: End?
            var reader: Reader?
            var cancelHandler: (@Sendable () -> Void)?
            /// Is told that there is something to take, once until it has been taken.
            var listener: (@Sendable () -> Void)?
            var isTold = false

            /// Whether a reader would get something now.
            var hasResult: Bool { end != nil || !events.isEmpty || isAwake }

            /// What waits costs the bytes of its text and its tokens, and no more: a client that reads slowly holds up nobody.
            mutating func append(_ event: GenerationEvent) {
                guard end == nil else { return }
                guard events.count >= Queue.maximumSeparate, let last = events.popLast() else {
                    return events.append(event)
                }
                events += last.joined(with: event).map { [$0] } ?? [last, event]
            }

            /// Who is to be told now.
            mutating func tellListener() -> (@Sendable () -> Void)? {
                guard let listener, !isTold, hasResult else { return nil }
                isTold = true
                return listener
            }

            /// What a reader gets now; nil = it waits.
            mutating func takeResult() -> Result<[GenerationEvent]?, any Error>? {
                if case .cancelled(let error) = end { return .failure(error) }
                if !events.isEmpty || isAwake {
                    isAwake = false
                    defer { events.removeAll() }
                    return .success(events)
                }
                guard case .finished(let error) = end else { return nil }
                end = .finished(nil)
                return error.map { .failure($0) } ?? .success(nil)
            }
        }

        private let state = Mutex(State())

        /// More events than these wait as fewer and longer ones.
        static let maximumSeparate = 64

        func push(_ event: GenerationEvent) { change { $0.append(event) } }

        func push(_ events: [GenerationEvent]) {
            change { state in
                for event in events { state.append(event) }
            }
        }

        func listen(_ listener: @escaping @Sendable () -> Void) { change { $0.listener = listener } }

        func take() -> Taken {
            state.withLock { state in
                state.isTold = false
                switch state.takeResult() {
                case nil: return .nothing
                case .success(let events?): return .events(events)
                case .success(nil): return .end
                case .failure(let error): return .failed(error)
                }
            }
        }

        func wake() {
            change { if $0.end == nil { $0.isAwake = true } }
        }

        func finish(_ error: (any Error)?) {
            change { state in
                guard state.end == nil else { return }
                state.end = .finished(error)
                state.cancelHandler = nil
            }
        }

        func cancel(_ error: any Error) {
            let handler = change { state -> (@Sendable () -> Void)? in
                guard state.end == nil else { return nil }
                state.end = .cancelled(error)
                state.events.removeAll()
                defer { state.cancelHandler = nil }
                return state.cancelHandler
            }
            handler?()
        }

        func setCancelHandler(_ handler: @escaping @Sendable () -> Void) {
            let isCancelled = state.withLock { state in
                if state.end == nil { state.cancelHandler = handler }
                if case .cancelled = state.end { return true }
                return false
            }
            if isCancelled { handler() }
        }

        func read(_ reader: Reader) {
            let displaced = change { state in
                defer { state.reader = reader }
                return state.reader
            }
            // Two readers at once are a bug in the caller; the older one must not wait for ever.
            displaced?.resume(throwing: CancellationError())
        }

        /// Changes the state and then answers the waiting reader, if there is something to tell it.
        private func change<Value: Sendable>(_ body: (inout sending State) -> sending Value) -> Value {
            let (value, answer, listener) = state.withLock { state in
                let value = body(&state)
                guard let reader = state.reader, let result = state.takeResult() else {
                    return (value, nil as Answer?, state.tellListener())
                }
                state.reader = nil
                return (value, Answer(reader: reader, result: result), nil)
            }
            answer?.deliver()
            listener?()
            return value
        }

        private struct Answer: Sendable {
            let reader: Reader
            let result: Result<[GenerationEvent]?, any Error>

            func deliver() { reader.resume(with: result) }
        }
    }
}

extension GenerationStream {
    /// What is there for one who does not wait.
    package enum Taken: Sendable {
        case nothing
        /// None: `wake` was called.
        case events([GenerationEvent])
        case end
        case failed(any Error)
    }
}
