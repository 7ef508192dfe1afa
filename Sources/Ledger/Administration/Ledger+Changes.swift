extension Ledger {
    /// Changes tenants, keys, pools or prices in one transaction, and returns when the change is safe.
    /// - Parameter body: gets the revision that every row it writes must carry.
    @discardableResult
    func change<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLSession, _ revision: Int64) throws -> Value
    ) async throws -> Value {
        let committed = try await database.commit(within: nil) { session in
            try body(session, try Self.raiseRevision(session))
        }
        try await database.flush(committed.mark)
        return committed.value
    }

    /// Takes the lock that all writers take and returns the directory's next revision.
    private static func raiseRevision(_ session: any SQLSession) throws -> Int64 {
        try session.execute("UPDATE ledger_head SET revision = revision + 1 WHERE id = 1")
        guard let row = try session.first("SELECT revision FROM ledger_head WHERE id = 1") else {
            throw StoreError.corrupt("ledger_head has no row")
        }
        return try row.integer(0)
    }
}
