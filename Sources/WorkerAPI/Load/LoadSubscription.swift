package import NIOCore
import Synchronization

/// One gateway's place at the board: the events that it has not taken yet.
package final class LoadSubscription: Sendable {
    /// The most bytes that wait for a gateway; a snapshot alone may be longer.
    package static let maximumBytes = 4 << 20
    /// The most events that wait for a gateway: a quarter of a minute or so.
    package static let maximumEvents = 256

    private struct State {
        var waiting = ByteBuffer()
        var numEvents = 0
        var isOver = false
        var reader: CheckedContinuation<ByteBuffer?, Never>?

        /// What a reader gets now; nil = it waits.
        mutating func take() -> ByteBuffer?? {
            if numEvents > 0 {
                defer { (waiting, numEvents) = (ByteBuffer(), 0) }
                return waiting
            }
            return isOver ? .some(nil) : .none
        }
    }

    private let state = Mutex(State())
    private let onDrop: @Sendable () -> Void

    /// - Parameter onDrop: is called when it is ended for being too slow: the end could not be written either.
    package init(onDrop: @escaping @Sendable () -> Void) { self.onDrop = onDrop }

    /// Adds an event.
    /// - Returns: whether the gateway is still there and keeps up.
    package func put(_ event: ByteBuffer) -> Bool {
        let (isThere, isDropped) = change { state in
            guard !state.isOver else { return (false, false) }
            let bytes = state.waiting.readableBytes + event.readableBytes
            let fits = state.numEvents < Self.maximumEvents && (state.numEvents == 0 || bytes <= Self.maximumBytes)
            guard fits else {
                (state.waiting, state.numEvents, state.isOver) = (ByteBuffer(), 0, true)
                return (false, true)
            }
            state.waiting.writeImmutableBuffer(event)
            state.numEvents += 1
            return (true, false)
        }
        if isDropped { onDrop() }
        return isThere
    }

    /// The events end here.
    package func end() { change { $0.isOver = true } }

    /// All events that have come; waits until there is one. Nil at the end.
    package func next() async -> ByteBuffer? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { reader in
                change { $0.reader = reader }
            }
        } onCancel: {
            end()
        }
    }

    /// Changes the state and then answers the waiting reader, if there is something to tell it.
    @discardableResult
    private func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
        let (value, reader, answer) = state.withLock {
            state -> (Value, CheckedContinuation<ByteBuffer?, Never>?, ByteBuffer?) in
            let value = body(&state)
            guard let reader = state.reader, let answer = state.take() else { return (value, nil, nil) }
            state.reader = nil
            return (value, reader, answer)
        }
        reader?.resume(returning: answer)
        return value
    }
}
