import CPQ
import Dispatch
import Synchronization

/// PostgreSQL through libpq. One connection writes, one flushes, a few read, each with its thread; all connect when
/// first used and again after a loss, so that a server which comes back is used at once. Several gateways may share a
/// database.
///
/// The connections must be direct or through a pooler in session mode: what is prepared and how commits are flushed
/// belongs to a session of the server.
package final class PostgreSQLDatabase: SQLDatabase {
    private let writers: PostgreSQLLanes
    private let readers: PostgreSQLLanes
    private let flusher: PostgreSQLFlusher
    private let deadlines: StoreDeadlines
    private let log: CommitLog
    private let sharedSync: SharedSync
    /// Requests to cancel block as long as the server does not answer: one thread for all.
    private let cancels = DispatchQueue(label: "ledger.postgresql.cancel")
    private let isClosed = Atomic(false)

    private static let readerCount = 4

    /// Writes look rows up by their keys. A plan made while a table was small, or its statistics old, must not read all
    /// of it from then on; and one plan is enough.
    private static let writerSettings = """
        ; SET enable_seqscan = off; SET enable_bitmapscan = off; SET plan_cache_mode = force_generic_plan
        """

    package var dialect: SQLDialect { .postgreSQL }
    package var latestCommit: CommitMark? { log.latest }

    /// Does not connect yet.
    /// - Parameter url: `postgresql://user:password@host:port/database?sslmode=verify-full&sslrootcert=…`, or libpq's
    ///   `keyword=value` form.
    /// - Throws: ``StoreError/invalid(_:)`` when libpq cannot read it.
    package init(url: String, deadlines: StoreDeadlines = StoreDeadlines()) throws(StoreError) {
        let target = try PostgreSQLTarget(url: url, deadlines: deadlines)
        func lane(
            _ label: String, _ limit: Duration, synchronous: String, more: String = ""
        ) -> PostgreSQLLane {
            let milliseconds = limit.boundedMilliseconds
            // The server gives up when we do. A session that hangs in a transaction would hold up all gateways.
            let settings = """
                SET bytea_output = 'hex'; SET synchronous_commit = \(synchronous); SET statement_timeout = \(milliseconds); \
                SET idle_in_transaction_session_timeout = \(min(milliseconds, 1_000_000_000) * 2)\(more)
                """
            return PostgreSQLLane(target, deadlines, settings: settings, label: label)
        }
        let log = CommitLog()
        let flusher = PostgreSQLFlusher(lane("flush", deadlines.write, synchronous: "on"))
        writers = PostgreSQLLanes([lane("write", deadlines.write, synchronous: "off", more: Self.writerSettings)])
        readers = PostgreSQLLanes(
            (1...Self.readerCount).map { lane("read.\($0)", deadlines.read, synchronous: "off") })
        sharedSync = SharedSync(label: "ledger.postgresql.sync") {
            Result {
                let sequence = log.sequence
                let epoch = try flusher.flush(until: ContinuousClock.now + deadlines.write)
                log.setDurable(epoch: epoch, sequence: sequence)
                return epoch
            }
        }
        self.flusher = flusher
        self.deadlines = deadlines
        self.log = log
    }

    package func commit<R: Sendable>(
        within deadline: Duration?, _ body: @escaping @Sendable (any SQLSession) throws -> R
    ) async throws -> Committed<R> {
        guard !isClosed.load(ordering: .acquiring) else { throw StoreError.closed }
        let end = ContinuousClock.now + (deadline ?? deadlines.write)
        return try await WorkTicket.run { ticket in
            writers.submit { lane in
                guard ticket.begin() else { return }
                ticket.finish(Result { try self.transaction(lane, until: end, statementLimit: deadline, body) })
            }
        }
    }

    package func flush(_ mark: CommitMark) async throws {
        guard !isClosed.load(ordering: .acquiring) else { throw StoreError.closed }
        try await log.flush(mark, by: sharedSync)
    }

    /// A read that is cancelled is stopped in the server too.
    package func read<R: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> R) async throws -> R {
        guard !isClosed.load(ordering: .acquiring) else { throw StoreError.closed }
        let end = ContinuousClock.now + deadlines.read
        return try await WorkTicket.run { ticket in
            readers.submit { lane in
                guard ticket.begin() else { return }
                ticket.finish(Result { try self.snapshot(lane, until: end, ticket, body) })
            }
        }
    }

    package func close() async {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        await writers.close()
        await readers.close()
        // Not cancelled with whoever closes.
        if let latest = log.latest { await Task { try? await log.flush(latest, by: sharedSync) }.value }
        flusher.close()
    }

    private func transaction<R: Sendable>(
        _ lane: PostgreSQLLane, until end: ContinuousClock.Instant, statementLimit: Duration?,
        _ body: (any SQLSession) throws -> R
    ) throws -> Committed<R> {
        let connection = try lane.connect(until: end) { flusher.invalidate() }
        defer { lane.release(connection) }
        // Before BEGIN, so that the flusher's connection is older than the commit.
        let epoch = flusher.epoch
        var begin = ["BEGIN ISOLATION LEVEL READ COMMITTED"]
        if epoch == PostgreSQLFlusher.immediateEpoch { begin.append("SET LOCAL synchronous_commit = on") }
        if let statementLimit { begin.append("SET LOCAL statement_timeout = \(statementLimit.boundedMilliseconds)") }
        let session = PostgreSQLSession(connection, begin: begin, until: end, isCancelled: { false })
        do {
            let value = try body(session)
            try session.commit()
            return Committed(value: value, mark: mark(epoch))
        } catch {
            session.rollBack()
            throw error
        }
    }

    private func mark(_ epoch: Int) -> CommitMark {
        let mark = log.append(epoch: epoch)
        if epoch == PostgreSQLFlusher.immediateEpoch {
            log.setDurable(epoch: epoch, sequence: mark.sequence)
            // Connects the flusher beside the next commits, which then need not wait for the disk.
            Task { [sharedSync] in try? await sharedSync() }
        }
        return mark
    }

    private func snapshot<R: Sendable>(
        _ lane: PostgreSQLLane, until end: ContinuousClock.Instant, _ ticket: WorkTicket<R>,
        _ body: (any SQLSession) throws -> R
    ) throws -> R {
        do {
            let connection = try lane.connect(until: end)
            // The server may get a cancel request late: no other read must be hit by it.
            defer { lane.release(connection, isDoubtful: ticket.isCancelled) }
            let cancel = CancelRequest(connection)
            ticket.setInterrupt { [cancels] in cancels.async { cancel.send() } }
            defer { ticket.setInterrupt(nil) }
            let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
            let session = PostgreSQLSession(
                connection, begin: [begin], until: end, isCancelled: { ticket.isCancelled })
            defer { session.rollBack() }
            let value = try body(session)
            if let failure = session.failure { throw failure }
            return value
        } catch {
            throw ticket.isCancelled ? CancellationError() : error
        }
    }
}
