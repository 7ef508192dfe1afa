import Ledger
import Synchronization

/// A database that counts what is asked of it, and holds flushes back for as long as a test wants.
final class WatchedDatabase: SQLDatabase {
    struct Counts {
        var reads = 0
        var commits = 0
        var isClosed = false
    }

    private let database: any SQLDatabase
    private let state = Mutex(Counts())
    private let flushGate: Gate?
    private let flushing = Gate()

    /// - Parameter flushGate: what flushes wait for.
    init(_ database: any SQLDatabase, flushGate: Gate? = nil) {
        self.database = database
        self.flushGate = flushGate
    }

    var counts: Counts { state.withLock { $0 } }

    /// Returns when the first flush is held back.
    func isFlushing() async { await flushing.wait() }

    var dialect: SQLDialect { database.dialect }
    var latestCommit: CommitMark? { database.latestCommit }

    func commit<R: Sendable>(
        within deadline: Duration?, _ body: @escaping @Sendable (any SQLSession) throws -> R
    ) async throws -> Committed<R> {
        state.withLock { $0.commits += 1 }
        return try await database.commit(within: deadline, body)
    }

    func flush(_ mark: CommitMark) async throws {
        if let flushGate {
            flushing.open()
            await flushGate.wait()
        }
        try await database.flush(mark)
    }

    func read<R: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> R) async throws -> R {
        state.withLock { $0.reads += 1 }
        return try await database.read(body)
    }

    func close() async {
        state.withLock { $0.isClosed = true }
        await database.close()
    }
}
