import Synchronization

/// Time and chance as the client sees them. Tests have one that they drive by hand.
package struct TimeSource: Sendable {
    /// Time that never goes back, since some moment.
    package let monotonic: @Sendable () -> Duration
    /// The time of day, which may be set.
    package let wall: @Sendable () -> Timestamp
    /// Waits, or throws when the task is cancelled.
    package let sleep: @Sendable (Duration) async throws -> Void
    /// A number from 0 up to but not including 1.
    package let chance: @Sendable () -> Double

    package init(
        monotonic: @escaping @Sendable () -> Duration, wall: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Duration) async throws -> Void, chance: @escaping @Sendable () -> Double
    ) {
        self.monotonic = monotonic
        self.wall = wall
        self.sleep = sleep
        self.chance = chance
    }

    /// The system's clocks and random numbers.
    package static let system: TimeSource = {
        let start = ContinuousClock.now
        return TimeSource(
            monotonic: { ContinuousClock.now - start }, wall: { Timestamp.now },
            sleep: { try await ContinuousClock().sleep(for: $0) }, chance: { Double.random(in: 0..<1) })
    }()
}

extension TimeSource {
    /// Does something that must be done within a time.
    ///
    /// - Parameter what: what comes then, in the words of the error.
    /// - Throws: `KubernetesError.late` when the time is over; `body` is cancelled and awaited.
    func within<Value: Sendable>(
        _ limit: Duration, _ what: String, _ body: @escaping @Sendable () async throws -> Value
    ) async throws(KubernetesError) -> Value {
        do {
            return try await withThrowingTaskGroup(of: Value.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    try await sleep(limit)
                    throw KubernetesError.late(what, limit: limit)
                }
                defer { group.cancelAll() }
                guard let first = try await group.next() else { throw KubernetesError.cancelled }
                return first
            }
        } catch {
            throw KubernetesError(network: error)
        }
    }

    /// Does something that may take its time but never be silent for longer than a while.
    ///
    /// Two looks in a row must find nothing: what waits for a thread that was held up is read between them.
    ///
    /// - Parameter body: says through its argument that it heard something.
    /// - Throws: `KubernetesError.late` after the silence; `body` is cancelled and awaited.
    func listening(
        _ silence: Duration, _ body: @escaping @Sendable (@Sendable () -> Void) async throws -> Void
    ) async throws(KubernetesError) {
        let heard = Heard()
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await body { heard.mark() } }
                group.addTask {
                    var silentLooks = 0
                    while silentLooks < 2 {
                        try await sleep(silence / 2)
                        silentLooks = heard.take() ? 0 : silentLooks + 1
                    }
                    throw KubernetesError.late("a word", limit: silence)
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch {
            throw KubernetesError(network: error)
        }
    }
}

/// Whether something was heard since the last look.
private final class Heard: Sendable {
    private let isHeard = Atomic(false)

    func mark() { isHeard.store(true, ordering: .relaxed) }

    func take() -> Bool { isHeard.exchange(false, ordering: .relaxed) }
}
