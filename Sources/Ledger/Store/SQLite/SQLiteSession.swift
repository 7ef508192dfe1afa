import GRDB
import GRDBSQLite

/// One transaction on one of the pool's connections. Statements are prepared once per connection (GRDB's cache) and
/// stepped here: at ten microseconds a row, GRDB's own argument and row types would cost as much as SQLite.
final class SQLiteSession: SQLSession {
    private let database: Database
    private let path: String
    private(set) var failure: StoreError?
    private var isOver = false

    var dialect: SQLDialect { .sqlite }

    init(_ database: Database, path: String) {
        self.database = database
        self.path = path
    }

    func execute(_ sql: String, _ rows: [[SQLValue]]) throws(StoreError) -> Int {
        guard !rows.isEmpty else { return 0 }
        return try guarded { () throws(StoreError) in
            let statement = try prepare(sql)
            defer { statement.release() }
            var changes = 0
            for row in rows {
                try statement.bind(row)
                let before = statement.totalChanges
                while try statement.step() {}
                // The connection's change count is that of the last statement that counts, which CREATE does not.
                if statement.totalChanges != before { changes += statement.changes }
                statement.reset()
            }
            return changes
        }
    }

    func enqueue(_ sql: String, _ rows: [[SQLValue]]) throws(StoreError) { _ = try execute(sql, rows) }

    func queries(_ sql: String, _ rows: [[SQLValue]]) throws(StoreError) -> [[SQLRow]] {
        guard !rows.isEmpty else { return [] }
        return try guarded { () throws(StoreError) in
            let statement = try prepare(sql)
            defer { statement.release() }
            var answers: [[SQLRow]] = []
            answers.reserveCapacity(rows.count)
            for row in rows {
                try statement.bind(row)
                var answer: [SQLRow] = []
                while try statement.step() { answer.append(try statement.row()) }
                answers.append(answer)
                statement.reset()
            }
            return answers
        }
    }

    func queries(_ queries: [SQLQuery]) throws(StoreError) -> [[SQLRow]] {
        var answers: [[SQLRow]] = []
        for query in queries { answers.append(Array(try self.queries(query.sql, query.rows).joined())) }
        return answers
    }

    func forEach(_ sql: String, _ arguments: [SQLValue], _ body: (SQLRow) throws -> Void) throws {
        let statement = try guarded { () throws(StoreError) in
            let statement = try prepare(sql)
            try statement.bind(arguments)
            return statement
        }
        defer { statement.release() }
        while let row = try guarded({ () throws(StoreError) in try statement.step() ? try statement.row() : nil }) {
            try body(row)
        }
    }

    /// Ends the session: a body that kept it can do nothing more with it.
    func end() { isOver = true }

    private func prepare(_ sql: String) throws(StoreError) -> SQLiteStatement {
        guard let connection = database.sqliteConnection else { throw .closed }
        do {
            let cached = try database.cachedStatement(sql: sql)
            // A statement in the middle of its rows cannot be run a second time.
            let isBusy = sqlite3_stmt_busy(cached.sqliteStatement) != 0
            let statement = isBusy ? try database.makeStatement(sql: sql) : cached
            return try SQLiteStatement(statement, connection: connection, path: path)
        } catch {
            throw StoreError(grdb: error, path: path)
        }
    }

    /// Remembers the first failure and refuses everything after it.
    private func guarded<R>(_ body: () throws(StoreError) -> R) throws(StoreError) -> R {
        guard !isOver else { throw .invalid("a session was used after its transaction") }
        if let failure { throw failure }
        do {
            return try body()
        } catch {
            failure = error
            throw error
        }
    }
}
