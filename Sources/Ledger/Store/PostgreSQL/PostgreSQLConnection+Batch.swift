import CPQ

extension PostgreSQLConnection {
    /// Rows that are queued before the answers are taken: enough to hide the round trip, few enough that neither side's
    /// memory fills.
    private static let batchRows = 1000
    private static let batchBytes = 1 << 20

    /// Runs one statement without arguments, which is not kept prepared.
    /// - Parameter receive: gets its result.
    func run(
        _ sql: String, until end: ContinuousClock.Instant, receive: (OpaquePointer) throws(StoreError) -> Void
    ) throws(StoreError) {
        guard PQsendQueryParams(handle, sql, 0, nil, nil, nil, nil, 0) == 1 else { throw broken() }
        try finish(1, until: end) { _, result throws(StoreError) in try receive(result) }
    }

    /// Runs a statement once for each row, pipelined.
    /// - Parameters:
    ///   - prelude: commands without arguments that are sent before it, in the same round trip.
    ///   - receive: gets the index of the row, and its result.
    func run(
        _ sql: String, _ rows: [[SQLValue]], prelude: [String], until end: ContinuousClock.Instant,
        receive: (Int, OpaquePointer) throws(StoreError) -> Void
    ) throws(StoreError) {
        var prelude = prelude
        var parameters = PostgreSQLParameters()
        var next = 0
        let kinds = try PostgreSQLParameters.kinds(of: rows)
        guard !sql.utf8.contains(0) else { throw .nulInText }
        if prepared.name(sql, kinds) == nil { try PostgreSQLParameters.check(kinds.count, in: sql) }
        while next < rows.count {
            let first = next
            for command in prelude {
                guard PQsendQueryParams(handle, command, 0, nil, nil, nil, nil, 0) == 1 else { throw broken() }
            }
            let known = prepared.name(sql, kinds)
            let name = known ?? prepared.newName()
            if known == nil { try sendPrepare(sql, kinds, name: name) }
            let before = prelude.count + (known == nil ? 1 : 0)
            var size = 0
            while next < rows.count, next - first < Self.batchRows, size < Self.batchBytes {
                parameters.set(rows[next])
                guard parameters.send(handle, statement: name) else { throw broken() }
                size += parameters.size
                next += 1
            }
            try finish(before + next - first, until: end) { index, result throws(StoreError) in
                // Also when what follows fails, or each failure would leave another statement in the server.
                if index == before - 1, known == nil { prepared.insert(sql, kinds, name: name) }
                if index >= before { try receive(first + index - before, result) }
            }
            prelude = []
        }
    }

    private func sendPrepare(
        _ sql: String, _ kinds: [PostgreSQLParameters.Kind], name: String
    ) throws(StoreError) {
        guard PQsendPrepare(handle, name, sql, Int32(kinds.count), kinds.map(\.rawValue)) == 1 else { throw broken() }
    }

    /// Ends the batch and takes the results of its commands in order.
    ///
    /// After a failed command the server skips the rest of the batch; the first error is thrown when all answers are in,
    /// so that the connection can go on.
    private func finish(
        _ count: Int, until end: ContinuousClock.Instant,
        receive: (Int, OpaquePointer) throws(StoreError) -> Void
    ) throws(StoreError) {
        guard PQpipelineSync(handle) == 1 else { throw broken() }
        var failure: StoreError?
        var index = 0
        while true {
            try waitForResult(until: end)
            guard let result = PQgetResult(handle) else {
                index += 1
                guard index <= count, PQstatus(handle) == CONNECTION_OK else { throw broken() }
                continue
            }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_PIPELINE_SYNC:
                if let failure { throw failure }
                return
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
                guard failure == nil else { continue }
                do { try receive(index, result) } catch { failure = error }
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
