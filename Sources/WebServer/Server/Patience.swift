/// Waiting that ends, also for work that cannot be cancelled.
package enum Patience {
    /// Waits for `work`, which goes on by itself when the time is up.
    /// - Returns: nil when the time was up first.
    package static func wait<Value: Sendable>(
        _ duration: Duration, _ clock: any Clock<Duration>, for work: @escaping @Sendable () async -> Value
    ) async -> Value? {
        let first = OneShot<Value?>()
        let timer = Task {
            try? await clock.sleep(for: duration)
            first.set(.success(nil))
        }
        Task { first.set(.success(await work())) }
        defer { timer.cancel() }
        return (try? await first.value) ?? nil
    }
}
