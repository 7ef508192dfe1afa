extension Migration {
    /// An index over ten million rows takes its time; another process may be building it first.
    private static let deadline: Duration = .seconds(600)
    private static let table = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_ms BIGINT NOT NULL
        )
        """
    /// The number only has to differ from other programs' locks in the same database.
    private static let lock = "SELECT pg_advisory_xact_lock(5135902844186263411)"

    /// Brings a database's schema up to date and flushes it: each migration runs once, in a transaction of its own and
    /// under a lock that all processes share, and is recorded in `schema_migrations`.
    /// - Parameters:
    ///   - migrations: all that there ever were; their numbers are 1, 2, 3, ….
    ///   - nowMs: the wall clock, which is recorded with each.
    /// - Returns: the numbers applied by this call.
    /// - Throws: ``StoreError/newerSchema(found:known:)``, with nothing changed, when the database has a migration that
    ///   this program does not know.
    @discardableResult
    package static func run(
        _ migrations: [Migration], on database: any SQLDatabase, nowMs: Int64
    ) async throws -> [Int] {
        for (index, migration) in migrations.enumerated() where migration.number != index + 1 {
            throw StoreError.invalid("migration \(migration.number) stands where \(index + 1) belongs")
        }
        var applied: [Int] = []
        while true {
            let applying = try await database.commit(within: deadline) { try Self.step(migrations, nowMs, $0) }
            guard let number = applying.value else { return applied }
            applied.append(number)
            try await database.flush(applying.mark)
        }
    }

    /// Applies the first migration that is missing; nil when there is none.
    private static func step(_ migrations: [Migration], _ nowMs: Int64, _ session: any SQLSession) throws -> Int? {
        if session.dialect == .postgreSQL { _ = try session.query(lock) }
        try session.execute(session.dialect.schema(table))
        let recorded = try session.query("SELECT number, name FROM schema_migrations ORDER BY number")
        try check(recorded, migrations)
        guard recorded.count < migrations.count else { return nil }
        let next = migrations[recorded.count]
        for statement in next.statements(session.dialect) { try session.execute(session.dialect.schema(statement)) }
        try session.execute(
            "INSERT INTO schema_migrations (number, name, applied_ms) VALUES ($1, $2, $3)",
            [[SQLValue(next.number), .text(next.name), .integer(nowMs)]])
        return next.number
    }

    private static func check(_ recorded: [SQLRow], _ migrations: [Migration]) throws(StoreError) {
        if let last = try recorded.last?.integer(0), last > Int64(migrations.count) {
            throw .newerSchema(found: Int(last), known: migrations.count)
        }
        for (index, row) in recorded.enumerated() {
            let (number, name) = (try row.integer(0), try row.text(1))
            guard number == index + 1, name == migrations[index].name else {
                throw .corrupt("migration \(number), \(name), is recorded where \(migrations[index].name) belongs")
            }
        }
    }
}
