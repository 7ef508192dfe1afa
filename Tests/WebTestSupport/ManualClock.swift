import Synchronization

/// A clock that stands still until a test moves it.
package final class ManualClock: Clock, Sendable {
    package struct Instant: InstantProtocol {
        package var offset = Duration.zero
        package func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        package func duration(to other: Instant) -> Duration { other.offset - offset }
        package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State {
        var now = Instant()
        var nextNumber = 0
        var sleepers: [Int: (deadline: Instant, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    package init() {}

    package var now: Instant { state.withLock { $0.now } }
    package var minimumResolution: Duration { .zero }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { register($0, number: number, deadline: deadline) }
        } onCancel: {
            cancel(number)
        }
    }

    /// Waits until the task is cancelled, and throws then.
    package static func untilCancelled() async throws { try await ManualClock().sleep(for: .seconds(1)) }

    /// Waits until some task sleeps for that long from now.
    package func waitForSleeper(_ duration: Duration) async {
        while !Task.isCancelled, !hasSleeper(duration) { await Task.yield() }
    }

    private func hasSleeper(_ duration: Duration) -> Bool {
        state.withLock { state in
            let deadline = state.now.advanced(by: duration)
            return state.sleepers.values.contains { $0.deadline == deadline }
        }
    }

    /// Moves the time and wakes whoever slept until then.
    package func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for number in due.keys { state.sleepers[number] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Lets the time go, as fast as others do what they wait for, until the task is cancelled.
    package func tick() async {
        while !Task.isCancelled {
            advance(by: .milliseconds(100))
            await Task.yield()
        }
    }

    private func register(_ continuation: CheckedContinuation<Void, any Error>, number: Int, deadline: Instant) {
        let isCancelled = state.withLock { state in
            if state.cancelled.remove(number) != nil { return true }
            state.sleepers[number] = (deadline, continuation)
            return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
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
