import Kubernetes
import Synchronization

/// The time of day in the cluster, which only a test moves.
final class VirtualClock: Sendable {
    private struct State {
        var now: Timestamp
        var nextNumber = 0
        var sleepers: [Int: (deadline: Timestamp, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>
    private let start: Timestamp

    init(_ start: Timestamp) {
        self.start = start
        state = Mutex(State(now: start))
    }

    var now: Timestamp { state.withLock { $0.now } }
    var elapsed: Duration { now.since(start) }

    func move(to moment: Timestamp) {
        let woken = state.withLock { state in
            state.now = max(state.now, moment)
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for number in due.keys { state.sleepers[number] = nil }
            return due.values.sorted { $0.deadline < $1.deadline }.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    func sleep(for duration: Duration) async throws {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { add($0, number: number, duration) }
        } onCancel: {
            cancel(number)
        }
    }

    /// When the next sleeper wakes.
    var nextWake: Timestamp? { state.withLock { $0.sleepers.values.map(\.deadline).min() } }

    private func add(_ continuation: CheckedContinuation<Void, any Error>, number: Int, _ duration: Duration) {
        let outcome = state.withLock { state -> Result<Void, any Error>? in
            if state.cancelled.remove(number) != nil { return .failure(CancellationError()) }
            if duration <= .zero { return .success(()) }
            state.sleepers[number] = (state.now.advanced(by: duration), continuation)
            return nil
        }
        if let outcome { continuation.resume(with: outcome) }
    }

    private func cancel(_ number: Int) {
        let sleeper = state.withLock { state in
            guard let sleeper = state.sleepers.removeValue(forKey: number) else {
                state.cancelled.insert(number)
                return nil as CheckedContinuation<Void, any Error>?
            }
            return sleeper.continuation
        }
        sleeper?.resume(throwing: CancellationError())
    }
}
