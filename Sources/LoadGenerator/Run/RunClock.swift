/// Where a run's times come from, so that a test can be its own clock.
package struct RunClock: Sendable {
    /// Seconds since a moment that stays the same.
    package let now: @Sendable () -> Double
    /// Returns when `now` has reached a time; throws when the task is cancelled before.
    package let sleep: @Sendable (_ until: Double) async throws -> Void

    package init(now: @escaping @Sendable () -> Double, sleep: @escaping @Sendable (Double) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    /// The system's clock, which nobody sets back.
    package static func monotonic() -> RunClock {
        let start = ContinuousClock.now
        return RunClock(
            now: { start.duration(to: .now) / .seconds(1) },
            sleep: { try await Task.sleep(until: start + .seconds($0), clock: .continuous) })
    }
}
