import CPQ

/// One transaction on one connection. It begins with the first statement, in the same round trip.
final class PostgreSQLSession: SQLSession {
    private let connection: PostgreSQLConnection
    private let end: ContinuousClock.Instant
    private let isCancelled: () -> Bool
    /// What the next statement is sent with.
    private var queued: [PostgreSQLCommand]
    /// Whether anything was sent.
    private var hasBegun = false
    private var hasWrites = false
    private var cursors = 0
    private var isOver = false
    private(set) var failure: StoreError?

    var dialect: SQLDialect { .postgreSQL }

    /// Rows that a cursor gives at a time.
    private static let fetchRows = 1000

    /// - Parameter begin: what is sent before the first statement: BEGIN and settings of the transaction.
    init(
        _ connection: PostgreSQLConnection, begin: [String], until end: ContinuousClock.Instant,
        isCancelled: @escaping () -> Bool
    ) {
        self.connection = connection
        self.end = end
        self.isCancelled = isCancelled
        queued = begin.map { .plain($0) }
    }

    func execute(_ sql: String, _ rows: [[SQLValue]]) throws(StoreError) -> Int {
        var changes = 0
        try run(sql, rows) { _, result throws(StoreError) in
            // The tag of a SELECT counts rows too, but nothing changed.
            guard PQcmdStatus(result)[0] != CChar(UInt8(ascii: "S")) else { return }
            changes += Int(String(cString: PQcmdTuples(result))) ?? 0
        }
        return changes
    }

    func enqueue(_ sql: String, _ rows: [[SQLValue]]) throws(StoreError) {
        guard !rows.isEmpty else { return }
        try guarded { () throws(StoreError) in
            queued.append(.rows(sql, try connection.check(sql, rows), rows))
            hasWrites = true
        }
    }

    func queries(_ sql: String, _ rows: [[SQLValue]]) throws(StoreError) -> [[SQLRow]] {
        var answers: [[SQLRow]] = []
        answers.reserveCapacity(rows.count)
        try run(sql, rows) { _, result throws(StoreError) in answers.append(try Self.rows(result)) }
        return answers
    }

    func queries(_ queries: [SQLQuery]) throws(StoreError) -> [[SQLRow]] {
        var answers = [[SQLRow]](repeating: [], count: queries.count)
        let asked = queries.enumerated().filter { !$0.element.rows.isEmpty }
        guard !asked.isEmpty else { return answers }
        try guarded { () throws(StoreError) in
            var commands: [PostgreSQLCommand] = []
            for (_, query) in asked {
                commands.append(.rows(query.sql, try connection.check(query.sql, query.rows), query.rows))
            }
            try connection.run(commands, after: takeQueued(), until: end) { index, result throws(StoreError) in
                answers[asked[index].offset] += try Self.rows(result)
            }
        }
        return answers
    }

    func forEach(_ sql: String, _ arguments: [SQLValue], _ body: (SQLRow) throws -> Void) throws {
        let cursor = "c\(cursors)"
        cursors += 1
        defer { cursors -= 1 }
        _ = try execute("DECLARE \(cursor) NO SCROLL CURSOR FOR \(sql)", [arguments])
        // Also when the body throws, which the caller may catch and go on. After a failure nothing is done any more.
        defer { if failure == nil { _ = try? unprepared("CLOSE \(cursor)") } }
        var rows: [SQLRow]
        repeat {
            rows = try unprepared("FETCH FORWARD \(Self.fetchRows) FROM \(cursor)")
            for row in rows { try body(row) }
        } while rows.count == Self.fetchRows
    }

    /// Commits what was done, unless a statement has failed.
    func commit() throws(StoreError) {
        isOver = true
        if let failure { throw failure }
        guard hasBegun || hasWrites else { return }
        var tag = ""
        try connection.run("COMMIT", after: takeQueued(), until: end) { result in
            tag = String(cString: PQcmdStatus(result))
        }
        guard tag == "COMMIT" else { throw .conflict("the transaction had failed: \(tag)") }
    }

    /// Undoes what was done. When that fails, the connection is broken, and the server does it by itself.
    func rollBack() {
        isOver = true
        guard !connection.isBroken, hasBegun else { return }
        try? connection.run("ROLLBACK", until: max(end, ContinuousClock.now + .seconds(1))) { _ in }
    }

    private static func rows(_ result: OpaquePointer) throws(StoreError) -> [SQLRow] {
        let rows = try PostgreSQLRows(result)
        var answer: [SQLRow] = []
        answer.reserveCapacity(rows.count)
        for row in 0..<rows.count { answer.append(try rows[row]) }
        return answer
    }

    private func run(
        _ sql: String, _ rows: [[SQLValue]], receive: (Int, OpaquePointer) throws(StoreError) -> Void
    ) throws(StoreError) {
        guard !rows.isEmpty else { return }
        try guarded { () throws(StoreError) in
            try connection.run(sql, rows, after: takeQueued(), until: end, receive: receive)
        }
    }

    /// What is to be sent now, whatever becomes of it.
    private func takeQueued() -> [PostgreSQLCommand] {
        defer { queued = [] }
        hasBegun = true
        return queued
    }

    /// What is about a cursor has another meaning each time, and must not stay prepared.
    private func unprepared(_ sql: String) throws(StoreError) -> [SQLRow] {
        var rows: [SQLRow] = []
        try guarded { () throws(StoreError) in
            try connection.run(sql, after: takeQueued(), until: end) { result throws(StoreError) in
                rows = try Self.rows(result)
            }
        }
        return rows
    }

    /// Remembers the first failure and refuses everything after it.
    private func guarded(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        guard !isOver else { throw .invalid("a session was used after its transaction") }
        if let failure { throw failure }
        do throws(StoreError) {
            guard !isCancelled() else { throw .unavailable("the read was cancelled") }
            try body()
        } catch {
            failure = error
            throw error
        }
    }
}
