import CPQ
import Synchronization

/// Makes commits durable that were made with `synchronous_commit=off`.
///
/// Such a commit has its record in the server's log buffer when it returns, and commit records stand there in commit
/// order. So a later commit of any session that does wait for the disk (and for synchronous standbys) makes all before
/// it durable. Ours writes one small message into the log: a transaction that logs nothing would not wait at all.
///
/// This holds as long as the server has not crashed between: a crash empties the buffer, and a commit afterwards says
/// nothing about those before. A crash ends every connection. So each connection of the flusher is an epoch; a commit
/// takes the epoch of the connection that was open before it, and only a flush on that same connection vouches for it.
/// A commit without such a connection waits for the disk itself (``immediateEpoch``).
final class PostgreSQLFlusher: Sendable {
    private struct State {
        /// Of the open connection; ``immediateEpoch`` when there is none.
        var epoch = PostgreSQLFlusher.immediateEpoch
        var count = 0
    }

    /// The epoch of commits that are durable when they return.
    static let immediateEpoch = 0

    private static let flush = "SELECT pg_logical_emit_message(true, 'gleaner', '')"

    private let lane: PostgreSQLLane
    private let state = Mutex(State())

    init(_ lane: PostgreSQLLane) { self.lane = lane }

    /// What a commit that begins now will have.
    var epoch: Int { state.withLock { $0.epoch } }

    /// Ends the epoch: another connection was found lost, so the server may have crashed.
    func invalidate() { state.withLock { $0.epoch = Self.immediateEpoch } }

    /// Flushes, connecting first if need be.
    /// - Returns: the epoch whose commits from before the call are durable.
    func flush(until end: ContinuousClock.Instant) throws(StoreError) -> Int {
        let result = lane.sync { lane in
            Result { () throws(StoreError) -> Int in
                let isOver = epoch == Self.immediateEpoch
                let connection: PostgreSQLConnection
                do throws(StoreError) {
                    if isOver { lane.drop() }
                    connection = try lane.connect(until: end) { self.begin() }
                    let now = epoch
                    try connection.run(Self.flush, until: end) { _ in }
                    return now
                } catch {
                    invalidate()
                    lane.drop()
                    throw error
                }
            }
        }
        return try result.get()
    }

    func close() { lane.close() }

    private func begin() {
        state.withLock { state in
            state.count += 1
            state.epoch = state.count
        }
    }
}
