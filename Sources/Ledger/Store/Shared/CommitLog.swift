import Synchronization

/// Counts commits and knows which are durable.
final class CommitLog: Sendable {
    private struct State {
        var latest: CommitMark?
        var sequence = 0
        /// By epoch, the last sequence that is durable. An epoch is a connection or a repair: there are few.
        var durable: [Int: Int] = [:]
    }

    private let state = Mutex(State())

    var latest: CommitMark? { state.withLock { $0.latest } }

    /// The number of commits so far.
    var sequence: Int { state.withLock { $0.sequence } }

    /// Names a commit that was just made.
    func append(epoch: Int) -> CommitMark {
        state.withLock { state in
            state.sequence += 1
            let mark = CommitMark(epoch: epoch, sequence: state.sequence)
            state.latest = mark
            return mark
        }
    }

    func isDurable(_ mark: CommitMark) -> Bool {
        state.withLock { ($0.durable[mark.epoch] ?? 0) >= mark.sequence }
    }

    /// Says that the commits of the epoch up to that sequence are durable.
    func setDurable(epoch: Int, sequence: Int) {
        state.withLock { $0.durable[epoch] = max($0.durable[epoch] ?? 0, sequence) }
    }

    /// Returns when that commit is durable, by a sync shared with other callers if need be.
    func flush(_ mark: CommitMark, by sync: SharedSync) async throws {
        if isDurable(mark) { return }
        let epoch = try await sync()
        guard epoch == mark.epoch || isDurable(mark) else {
            throw StoreError.unavailable("the connection or the disk failed before this commit was known to be safe")
        }
    }
}
