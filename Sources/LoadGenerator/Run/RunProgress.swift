import Synchronization

/// How far a run is.
package struct RunProgress: Sendable, Equatable {
    package let planned: Int
    package var ended = 0
    package var failed = 0
}

/// Counts requests as they end and tells whoever wants to know.
final class ProgressCounter: Sendable {
    private let state: Mutex<RunProgress>
    private let report: @Sendable (RunProgress) -> Void

    init(planned: Int, report: @escaping @Sendable (RunProgress) -> Void) {
        state = Mutex(RunProgress(planned: planned))
        self.report = report
    }

    /// Reports under the lock, so that reports come in order.
    func note(_ sample: Sample) {
        guard sample.outcome != .unfinished else { return }
        state.withLock { progress in
            progress.ended += 1
            if sample.failure != nil { progress.failed += 1 }
            report(progress)
        }
    }
}
