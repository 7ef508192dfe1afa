/// A database that a ledger can live in: SQLite in a file, or PostgreSQL.
///
/// Cancelling a task takes its write or flush out of the queue if its turn has not come, and has no effect afterwards,
/// so that a cancelled write is either never begun or completed and reported. A read stops early.
package protocol SQLDatabase: Sendable {
    var dialect: SQLDialect { get }

    /// Runs the body in a transaction, serially with the other writes of this object, and commits it; when the body or
    /// a statement throws, nothing is written.
    ///
    /// When it returns, the commit is visible to everyone, but a loss of power or a crash of the server can still undo
    /// it until ``flush(_:)`` has returned for its mark. Nothing is ever retried.
    /// - Parameters:
    ///   - deadline: instead of ``StoreDeadlines/write``.
    /// - Throws: what the body throws; ``StoreError``; `CancellationError` before the body began.
    func commit<R: Sendable>(
        within deadline: Duration?, _ body: @escaping @Sendable (any SQLSession) throws -> R
    ) async throws -> Committed<R>

    /// The mark of the newest commit of this object; nil before the first.
    var latestCommit: CommitMark? { get }

    /// Returns when that commit, and all of the same epoch before it, survive a loss of power. Calls that overlap share
    /// one sync.
    ///
    /// - Throws: ``StoreError``, after which the commit is visible but may not outlive a crash, and a later flush of the
    ///   same mark may throw again. Whoever was promised it must be told that the outcome is open.
    func flush(_ mark: CommitMark) async throws

    /// Runs the body on a consistent snapshot, beside writes.
    func read<R: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> R) async throws -> R

    /// Lets what has begun finish and closes all connections; later calls throw ``StoreError/unavailable(_:)``.
    func close() async
}

extension SQLDatabase {
    /// ``commit(within:_:)`` within the usual deadline, without the mark.
    package func write<R: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> R) async throws -> R {
        try await commit(within: nil, body).value
    }

    /// Flushes ``latestCommit``.
    ///
    /// Enough for one writer that flushes each write before anything else; who shares the database among tasks keeps the
    /// marks, because after a crash of the server the latest commit does not speak for earlier ones.
    package func flush() async throws {
        guard let latestCommit else { return }
        try await flush(latestCommit)
    }
}
