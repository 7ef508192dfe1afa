import Fleet
import NIOCore
import OpenAI
import Synchronization

/// Everything that came of a sequence.
struct SequenceLog: Sendable {
    var events: [GenerationEvent] = []
    var failure: RemoteFailure?
    var share: GenerationTotals.Share?
    var isEnded = false

    /// Starts a sequence and waits for its end.
    static func whole(_ start: (@escaping @Sendable (SequenceEvent) -> Void) -> Void) async -> SequenceLog {
        let (stream, continuation) = AsyncStream<SequenceEvent>.makeStream()
        start { continuation.yield($0) }
        var log = SequenceLog()
        for await event in stream {
            switch event {
            case .progress(let events): log.events += events
            case .ended(let end, let share):
                if case .failed(let failure) = end { log.failure = failure }
                log.share = share
                return log
            }
        }
        return log
    }
}

/// Something that happens once, or was given already.
final class Signal: Sendable {
    private let (stream, continuation) = AsyncStream<Void>.makeStream()

    func give() { continuation.finish() }

    func wait() async {
        for await _ in stream {}
    }
}

/// Deadlines that pass when a test says so.
final class HandTimer: Sendable {
    private struct State {
        var pending: [Int: (duration: Duration, body: @Sendable () -> Void)] = [:]
        var next = 0
        /// Who waits for a deadline of a duration to be started.
        var waiting: [(duration: Duration, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var timer: DeadlineTimer {
        DeadlineTimer { duration, _, body in
            let ticket = self.add(duration, body)
            return { self.state.withLock { _ = $0.pending.removeValue(forKey: ticket) } }
        }
    }

    private func add(_ duration: Duration, _ body: @escaping @Sendable () -> Void) -> Int {
        let (ticket, awaited) = state.withLock { state -> (Int, [CheckedContinuation<Void, Never>]) in
            state.next += 1
            state.pending[state.next] = (duration, body)
            let awaited = state.waiting.filter { $0.duration == duration }.map(\.continuation)
            state.waiting.removeAll { $0.duration == duration }
            return (state.next, awaited)
        }
        for continuation in awaited { continuation.resume() }
        return ticket
    }

    /// Waits until a deadline of this duration is pending.
    func started(_ duration: Duration) async {
        await withCheckedContinuation { continuation in
            let isPending = state.withLock { state in
                let isPending = state.pending.values.contains { $0.duration == duration }
                if !isPending { state.waiting.append((duration, continuation)) }
                return isPending
            }
            if isPending { continuation.resume() }
        }
    }

    /// Lets deadlines of this duration pass that are each set by the one before.
    func fireAll(_ duration: Duration, times: Int) { for _ in 0..<times { fire(duration) } }

    /// Lets all pending deadlines of this duration pass; returns how many there were.
    @discardableResult func fire(_ duration: Duration) -> Int {
        let bodies = state.withLock { state in
            let due = state.pending.filter { $0.value.duration == duration }
            for ticket in due.keys { state.pending[ticket] = nil }
            return due.values.map(\.body)
        }
        for body in bodies { body() }
        return bodies.count
    }
}
