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
        var pending: [Int: (Duration, @Sendable () -> Void)] = [:]
        var numStarted = 0
        var waiting: (Int, CheckedContinuation<Void, Never>)?
    }

    private let state = Mutex(State())

    var timer: DeadlineTimer {
        DeadlineTimer { duration, _, body in
            let ticket = self.add(duration, body)
            return { self.state.withLock { _ = $0.pending.removeValue(forKey: ticket) } }
        }
    }

    private func add(_ duration: Duration, _ body: @escaping @Sendable () -> Void) -> Int {
        let (ticket, awaited) = state.withLock { state -> (Int, CheckedContinuation<Void, Never>?) in
            state.numStarted += 1
            state.pending[state.numStarted] = (duration, body)
            guard let waiting = state.waiting, waiting.0 <= state.numStarted else { return (state.numStarted, nil) }
            state.waiting = nil
            return (state.numStarted, waiting.1)
        }
        awaited?.resume()
        return ticket
    }

    /// Waits until so many deadlines have been started in all.
    func started(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.numStarted < count { state.waiting = (count, continuation) }
                return state.numStarted >= count
            }
            if isReady { continuation.resume() }
        }
    }

    /// Lets all pending deadlines pass; returns their durations.
    func fire() -> [Duration] {
        let pending = state.withLock { state in
            defer { state.pending = [:] }
            return state.pending.values.map { $0 }
        }
        for (_, body) in pending { body() }
        return pending.map(\.0)
    }
}
