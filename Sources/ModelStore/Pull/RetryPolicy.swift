/// When to try again after a failure that may pass: doubling waits, and a limit on failures in a row that
/// brought nothing.
package struct RetryPolicy: Sendable {
    package var maximumFailures = 6
    package var firstDelay = Duration.milliseconds(500)
    package var longestDelay = Duration.seconds(10)
    /// A server that asks for a longer wait is given up.
    package var longestRetryAfter = Duration.seconds(60)
    /// Waits; a test puts its own in.
    package var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    package init() {}

    /// The wait after the `failure`-th failure in a row, counted from 1; nil to give up.
    package func delay(afterFailure failure: Int, retryAfter: Duration? = nil) -> Duration? {
        guard failure < maximumFailures, retryAfter ?? .zero <= longestRetryAfter else { return nil }
        let doubled = firstDelay * (1 << min(failure - 1, 20))
        return max(min(doubled, longestDelay), retryAfter ?? .zero)
    }

    /// Makes attempts until one succeeds. `progress` grows when an attempt that failed brought something.
    ///
    /// - Throws: what `attempt` throws when a retry does not mend it; `giveUp` of the last failure otherwise.
    func run<Result>(
        progress: () -> Int = { 0 },
        report: (PullEvent) -> Void,
        giveUp: (TransferFailure) -> PullError,
        isolation: isolated (any Actor)? = #isolation,
        attempt: () async throws -> Result
    ) async throws -> Result {
        var failures = 0
        while true {
            let before = progress()
            do {
                return try await attempt()
            } catch {
                try Task.checkCancellation()
                guard let failure = TransferFailure(error) else { throw error }
                failures = progress() > before ? 1 : failures + 1
                guard let delay = delay(afterFailure: failures, retryAfter: failure.retryAfter) else {
                    throw giveUp(failure)
                }
                report(.retrying(reason: failure.reason, after: delay))
                try await pause(delay)
            }
        }
    }
}
