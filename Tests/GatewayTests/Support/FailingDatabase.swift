import Ledger
import Synchronization

/// A database that a test takes away and gives back.
final class FailingDatabase: SQLDatabase {
    private let real: any SQLDatabase
    private let failure = Mutex<StoreError?>(nil)

    init(_ real: any SQLDatabase) { self.real = real }

    /// What every call fails with from now on; nil: it works again.
    func fail(with error: StoreError?) { failure.withLock { $0 = error } }

    var dialect: SQLDialect { real.dialect }
    var latestCommit: CommitMark? { real.latestCommit }

    func commit<R: Sendable>(
        within deadline: Duration?, _ body: @escaping @Sendable (any SQLSession) throws -> R
    ) async throws -> Committed<R> {
        try check()
        return try await real.commit(within: deadline, body)
    }

    func flush(_ mark: CommitMark) async throws {
        try check()
        try await real.flush(mark)
    }

    func read<R: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> R) async throws -> R {
        try check()
        return try await real.read(body)
    }

    func close() async { await real.close() }

    private func check() throws { if let failure = failure.withLock({ $0 }) { throw failure } }
}
