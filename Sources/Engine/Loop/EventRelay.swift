import Dispatch
import Synchronization

/// Carries events from the engine's thread to those who wait for them, in order, on a thread of its own.
///
/// The engine's thread gives way to every other. Whoever is woken from it may start threads, which would then
/// give way too and answer clients late; and a step need not wait until its readers are told.
final class EventRelay: Sendable {
    private struct Delivery: Sendable {
        let event: EngineEvent
        let handler: EngineEventHandler
    }

    private struct State {
        /// Sent, but not to be told before `flush()`.
        var held: [Delivery] = []
        var ready: [Delivery] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    /// Leaves an event for its reader, who is told after the next `flush()`.
    func send(_ event: EngineEvent, to handler: @escaping EngineEventHandler) {
        state.withLock { $0.held.append(Delivery(event: event, handler: handler)) }
    }

    /// Lets go what was sent.
    func flush() {
        let isWanted = state.withLock { state in
            let wasEmpty = state.ready.isEmpty
            state.ready += state.held
            state.held.removeAll(keepingCapacity: true)
            return wasEmpty && !state.ready.isEmpty
        }
        if isWanted { wake.signal() }
    }

    /// Flushes, and lets `run()` end when all of it is delivered. Nothing may be sent afterwards.
    func close() {
        flush()
        state.withLock { $0.isClosed = true }
        wake.signal()
    }

    /// Delivers until the relay is closed and empty.
    func run() {
        while true {
            let (deliveries, isLast) = state.withLock { state in
                defer { state.ready.removeAll() }
                return (state.ready, state.isClosed)
            }
            for delivery in deliveries { delivery.handler(delivery.event) }
            if isLast { return }
            if deliveries.isEmpty { wake.wait() }
        }
    }
}
