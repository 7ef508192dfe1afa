import Dispatch
import GRDB
import GRDBSQLite
import Glibc
import Synchronization

/// SQLite in a file: one writer, readers beside it, and commits made durable together (see `WriteAheadLog`). Other
/// processes may read and write the same file.
package final class SQLiteDatabase: SQLDatabase {
    private let pool: DatabasePool
    private let path: String
    private let deadlines: StoreDeadlines
    private let log: CommitLog
    private let walFile: WriteAheadLog
    private let checkpointer: Checkpointer
    private let sharedSync: SharedSync
    private let isClosed = Atomic(false)

    package var dialect: SQLDialect { .sqlite }
    package var latestCommit: CommitMark? { log.latest }

    /// Opens the file, making it if it is not there; its folder must be. Blocks, for as long as ``StoreDeadlines/write``
    /// when another process holds the database.
    package convenience init(path: String, deadlines: StoreDeadlines = StoreDeadlines()) throws(StoreError) {
        try self.init(path: path, deadlines: deadlines, syncFile: { fdatasync($0) })
    }

    /// - Parameter syncFile: stands for `fdatasync`, so that a test can count syncs and make them fail.
    package init(
        path: String, deadlines: StoreDeadlines = StoreDeadlines(), syncFile: @escaping @Sendable (Int32) -> Int32
    ) throws(StoreError) {
        let configuration = Self.configuration(deadlines)
        let (log, walFile) = (CommitLog(), WriteAheadLog(databasePath: path, syncFile: syncFile))
        do {
            let pool = try DatabasePool(path: path, configuration: configuration)
            checkpointer = try Checkpointer(path: path, configuration: configuration, pool: pool)
            try checkpointer.watch()
            sharedSync = SharedSync(label: "ledger.sqlite.sync") {
                Result { try Self.sync(walFile, log, pool, path: path) }
            }
            self.pool = pool
        } catch {
            throw StoreError(grdb: error, path: path)
        }
        self.path = path
        self.deadlines = deadlines
        self.log = log
        self.walFile = walFile
    }

    private static func configuration(_ deadlines: StoreDeadlines) -> Configuration {
        var configuration = Configuration()
        configuration.label = "ledger.sqlite"
        configuration.busyMode = .timeout(Double(deadlines.write.boundedMilliseconds) / 1000)
        configuration.maximumReaderCount = 4
        // A transaction that could not be rolled back is ours to end before the next one, and no reason to crash.
        configuration.allowsUnsafeTransactions = true
        return configuration
    }

    package func commit<R: Sendable>(
        within deadline: Duration?, _ body: @escaping @Sendable (any SQLSession) throws -> R
    ) async throws -> Committed<R> {
        guard !isClosed.load(ordering: .acquiring) else { throw StoreError.closed }
        let end = ContinuousClock.now + (deadline ?? deadlines.write)
        return try await WorkTicket.run { ticket in
            pool.asyncWriteWithoutTransaction { database in
                guard ticket.begin() else { return }
                ticket.finish(Result { try self.transaction(database, until: end, body) })
            }
        }
    }

    package func flush(_ mark: CommitMark) async throws {
        guard !isClosed.load(ordering: .acquiring) else { throw StoreError.closed }
        try await log.flush(mark, by: sharedSync)
    }

    package func read<R: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> R) async throws -> R {
        guard !isClosed.load(ordering: .acquiring) else { throw StoreError.closed }
        let end = ContinuousClock.now + deadlines.read
        return try await WorkTicket.run { ticket in
            pool.asyncRead { result in
                guard ticket.begin() else { return }
                ticket.finish(Result { try self.snapshot(result, until: end, ticket, body) })
            }
        }
    }

    package func close() async {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        // Behind the syncs that were asked for before; what was committed and not flushed becomes durable with it. Not
        // cancelled with whoever closes.
        await Task { _ = try? await sharedSync() }.value
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                self.checkpointer.stop()
                try? self.pool.close()
                self.checkpointer.close()
                self.walFile.close()
                continuation.resume()
            }
        }
    }

    private func transaction<R: Sendable>(
        _ database: Database, until end: ContinuousClock.Instant, _ body: (any SQLSession) throws -> R
    ) throws -> Committed<R> {
        let remaining = ContinuousClock.now.duration(to: end)
        guard remaining > .zero else { throw StoreError.unavailable("\(path): too many writes are waiting") }
        // None when the database was closed between the call and its turn.
        guard let connection = database.sqliteConnection else { throw StoreError.closed }
        sqlite3_busy_timeout(connection, remaining.boundedMilliseconds)
        if database.isInsideTransaction { try rollBack(database) }
        let limit = SQLiteTimeLimit(connection, until: end) { false }
        defer { limit.lift() }
        let epoch = walFile.epoch
        let session = SQLiteSession(database, path: path)
        defer { session.end() }
        try session.execute("BEGIN IMMEDIATE")
        do {
            let value = try body(session)
            limit.lift()
            try session.execute("COMMIT")
            return Committed(value: value, mark: log.append(epoch: epoch))
        } catch {
            limit.lift()
            // What the body threw counts more than that it could not be undone at once.
            try? rollBack(database)
            throw error
        }
    }

    /// Some errors, like a full disk, have rolled back already; then it does nothing.
    private func rollBack(_ database: Database) throws(StoreError) {
        do { try database.rollback() } catch { throw StoreError(grdb: error, path: path) }
    }

    private func snapshot<R: Sendable>(
        _ connection: Result<Database, any Error>, until end: ContinuousClock.Instant, _ ticket: WorkTicket<R>,
        _ body: (any SQLSession) throws -> R
    ) throws -> R {
        do {
            let database = try connection.get()
            guard let connection = database.sqliteConnection else { throw StoreError.closed }
            let limit = SQLiteTimeLimit(connection, until: end) { ticket.isCancelled }
            defer { limit.lift() }
            let session = SQLiteSession(database, path: path)
            defer { session.end() }
            let value = try body(session)
            if let failure = session.failure { throw failure }
            return value
        } catch {
            if ticket.isCancelled { throw CancellationError() }
            throw error is DatabaseError ? StoreError(grdb: error, path: path) : error
        }
    }

    /// Runs on the sync thread, one at a time.
    private static func sync(
        _ walFile: WriteAheadLog, _ log: CommitLog, _ pool: DatabasePool, path: String
    ) throws -> Int {
        do {
            if walFile.hasFailed {
                _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
                walFile.forgive()
            }
            let sequence = log.sequence
            let epoch = try walFile.sync()
            log.setDurable(epoch: epoch, sequence: sequence)
            return epoch
        } catch {
            throw StoreError(grdb: error, path: path)
        }
    }
}
