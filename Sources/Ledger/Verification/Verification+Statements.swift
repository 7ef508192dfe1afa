extension Verification {
    /// Usage as it is reported against usage as it was posted, tenant by tenant and hour by hour; then the statement of
    /// the latest month of every tenant and operator against the sum of its postings.
    mutating func checkStatements() throws {
        try checkHours()
        guard let latestMs else { return }
        let month = CalendarMonth(containingMs: latestMs)
        for (name, sum) in sums.sorted(by: { $0.key < $1.key }) {
            switch Account(name: name) {
            case .tenant(let id): try check(try TenantStatement.read(id, month, session), sum)
            case .operator(let id): try check(try OperatorStatement.read(id, month, session), sum)
            default: continue
            }
            count()
        }
    }

    private func checkHours() throws {
        let query = """
            SELECT account, hour_ms, CAST(SUM(high) AS BIGINT), CAST(SUM(low) AS BIGINT) FROM (
                SELECT 'tenant:' || tenant AS account, hour_ms, charge_high AS high, charge_low AS low FROM usage_hours
                UNION ALL
                SELECT p.account, e.time_ms - e.time_ms % 3600000, p.amount / 1000000000, p.amount % 1000000000
                FROM postings p JOIN entries e ON e.number = p.entry
                WHERE e.kind = 'usage' AND SUBSTR(p.account, 1, 7) = 'tenant:') AS both_sides
            GROUP BY account, hour_ms HAVING SUM(high) * 1000000000 + SUM(low) <> 0 ORDER BY hour_ms, account LIMIT 1
            """
        guard let row = try session.first(query) else { return }
        let difference = PicoUSD(pico: Int128(try row.integer(2)) * 1_000_000_000 + Int128(try row.integer(3)))
        throw discrepancy(
            "account \(try row.text(0)), hour \(try row.integer(1))", "usage less postings in USD", expected: "0",
            found: difference)
    }

    private func check(_ statement: TenantStatement, _ sum: PicoUSD) throws {
        let place = "statement of tenant '\(statement.tenant)' for \(statement.month)"
        try expect(statement.usagePosted, statement.usageCharged, "the sum of its usage in USD", at: place)
        try expect(sum, statement.closing, "closing balance in USD", at: place)
    }

    private func check(_ statement: OperatorStatement, _ sum: PicoUSD) throws {
        let place = "statement of operator '\(statement.operatorID)' for \(statement.month)"
        try expect(sum, statement.closing, "closing balance in USD", at: place)
    }
}
