import CPQ

/// A statement that is sent with the next one that is waited for.
enum PostgreSQLCommand {
    /// Without arguments; it is not kept prepared.
    case plain(String)
    /// For each row, with the kinds of the columns.
    case rows(String, [PostgreSQLParameters.Kind], [[SQLValue]])
}

/// What a pipeline is waiting for, in order.
private struct ExpectedAnswers {
    enum Answer {
        case nothing
        /// The statement of this name is prepared.
        case prepared(String)
        /// To the row, or the statement, with this index.
        case row(Int)
    }

    var list: [Answer] = []
    /// Names of statements of which the server has not said that they are prepared.
    var unprepared: Set<String> = []
}

extension PostgreSQLConnection {
    /// Rows that are queued before the answers are taken: enough to hide the round trip, few enough that neither side's
    /// memory fills.
    private static let batchRows = 1000
    private static let batchBytes = 1 << 20

    /// Runs one statement without arguments, which is not kept prepared.
    /// - Parameters:
    ///   - queued: what is sent before it, in the same round trip.
    ///   - receive: gets its result.
    func run(
        _ sql: String, after queued: [PostgreSQLCommand] = [], until end: ContinuousClock.Instant,
        receive: (OpaquePointer) throws(StoreError) -> Void
    ) throws(StoreError) {
        try run([.plain(sql)], after: queued, until: end) { _, result throws(StoreError) in try receive(result) }
    }

    /// Runs several statements in one round trip.
    /// - Parameters:
    ///   - queued: what is sent before them.
    ///   - receive: gets the index of the statement, and the result for one of its rows.
    func run(
        _ commands: [PostgreSQLCommand], after queued: [PostgreSQLCommand], until end: ContinuousClock.Instant,
        receive: (Int, OpaquePointer) throws(StoreError) -> Void
    ) throws(StoreError) {
        var expected = ExpectedAnswers()
        for command in queued { try send(command, answer: .nothing, &expected) }
        for (index, command) in commands.enumerated() { try send(command, answer: .row(index), &expected) }
        try finish(&expected, until: end, receive: receive)
    }

    /// Runs a statement once for each row, pipelined.
    /// - Parameters:
    ///   - queued: what is sent before it, in the same round trip.
    ///   - receive: gets the index of the row, and its result.
    func run(
        _ sql: String, _ rows: [[SQLValue]], after queued: [PostgreSQLCommand], until end: ContinuousClock.Instant,
        receive: (Int, OpaquePointer) throws(StoreError) -> Void
    ) throws(StoreError) {
        let kinds = try check(sql, rows)
        var expected = ExpectedAnswers()
        for command in queued { try send(command, answer: .nothing, &expected) }
        var parameters = PostgreSQLParameters()
        var next = 0
        while next < rows.count {
            let first = next
            let name = try prepare(sql, kinds, numRows: 1, &expected)
            var size = 0
            while next < rows.count, next - first < Self.batchRows, size < Self.batchBytes {
                parameters.set(rows[next])
                guard parameters.send(handle, statement: name) else { throw broken() }
                expected.list.append(.row(next))
                size += parameters.size
                next += 1
            }
            try finish(&expected, until: end, receive: receive)
            expected = ExpectedAnswers()
        }
    }

    /// What the columns of the rows hold.
    /// - Throws: ``StoreError/invalid(_:)`` when the server would not take them.
    func check(_ sql: String, _ rows: [[SQLValue]]) throws(StoreError) -> [PostgreSQLParameters.Kind] {
        let kinds = try PostgreSQLParameters.kinds(of: rows)
        guard !sql.utf8.contains(0) else { throw .nulInText }
        if prepared.name(sql, kinds) == nil { try PostgreSQLParameters.check(kinds.count, in: sql) }
        return kinds
    }

    /// - Parameter answer: what the answer to each of its rows is.
    private func send(
        _ command: PostgreSQLCommand, answer: ExpectedAnswers.Answer, _ expected: inout ExpectedAnswers
    ) throws(StoreError) {
        switch command {
        case .plain(let sql):
            guard PQsendQueryParams(handle, sql, 0, nil, nil, nil, nil, 0) == 1 else { throw broken() }
            expected.list.append(answer)
        case .rows(let sql, let kinds, let rows):
            var parameters = PostgreSQLParameters()
            var left = rows[...]
            while !left.isEmpty {
                let count = RowsOfValues.number(of: left.count, in: sql, width: kinds.count)
                let name = try prepare(sql, kinds, numRows: count, &expected)
                parameters.set(Array(left.prefix(count).joined()))
                guard parameters.send(handle, statement: name) else { throw broken() }
                expected.list.append(answer)
                left = left.dropFirst(count)
            }
        }
    }

    /// The name of the statement, which is prepared first if need be.
    private func prepare(
        _ sql: String, _ kinds: [PostgreSQLParameters.Kind], numRows: Int, _ expected: inout ExpectedAnswers
    ) throws(StoreError) -> String {
        if let name = prepared.name(sql, kinds, numRows: numRows) { return name }
        let name = prepared.insert(sql, kinds, numRows: numRows)
        let text = RowsOfValues.repeated(sql, width: kinds.count, count: numRows)
        let types = Array(repeatElement(kinds.map(\.rawValue), count: numRows).joined())
        guard PQsendPrepare(handle, name, text, Int32(types.count), types) == 1 else { throw broken() }
        expected.list.append(.prepared(name))
        expected.unprepared.insert(name)
        return name
    }

    /// Ends the pipeline and takes the results of its commands in order.
    ///
    /// After a failed command the server skips the rest; the first error is thrown when all answers are in, so that the
    /// connection can go on.
    private func finish(
        _ expected: inout ExpectedAnswers, until end: ContinuousClock.Instant,
        receive: (Int, OpaquePointer) throws(StoreError) -> Void
    ) throws(StoreError) {
        guard PQpipelineSync(handle) == 1 else { throw broken() }
        var failure: StoreError?
        var index = 0
        while true {
            try waitForResult(until: end)
            guard let result = PQgetResult(handle) else {
                index += 1
                guard index <= expected.list.count, PQstatus(handle) == CONNECTION_OK else { throw broken() }
                continue
            }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_PIPELINE_SYNC:
                guard let failure else { return }
                prepared.remove(expected.unprepared)
                throw failure
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
                guard expected.list.indices.contains(index) else { throw broken("answers what was not asked") }
                switch expected.list[index] {
                case .nothing: break
                // Also when what follows fails, or each failure would leave another statement in the server.
                case .prepared(let name): expected.unprepared.remove(name)
                case .row(let row):
                    guard failure == nil else { continue }
                    do { try receive(row, result) } catch { failure = error }
                }
            case PGRES_PIPELINE_ABORTED: continue
            default:
                let error = StoreError(postgreSQL: result, target: target)
                if StoreError.isStale(result) { giveUp() }
                failure = failure ?? error
                guard PQstatus(handle) == CONNECTION_OK else { throw broken(error.reason) }
            }
        }
    }
}
