/// What one pool earned for its operator.
package struct PoolEarnings: Sendable, Hashable {
    package let pool: String
    /// Segments of requests that it served.
    package let segments: Int
    /// The operator's part of what tenants were charged.
    package let earned: PicoUSD
    /// What the platform paid for prompts that had to be computed again.
    package let replayPay: PicoUSD
}

/// An operator's calendar month: from the opening balance by earnings, payouts and reversals to the closing one.
package struct OperatorStatement: Sendable, Hashable {
    package let operatorID: String
    package let month: CalendarMonth
    package let opening: PicoUSD
    package let earnings: [PoolEarnings]
    package let movements: [StatementMovement]
    package let closing: PicoUSD

    /// Whether what is listed leads from one balance to the other.
    package var agrees: Bool {
        let earned = earnings.reduce(opening) { $0 + $1.earned + $1.replayPay }
        return movements.reduce(earned) { $0 + $1.amount } == closing
    }

    static func read(_ id: String, _ month: CalendarMonth, _ session: any SQLSession) throws -> OperatorStatement {
        let account = try AccountMonth.read(.operator(id), month, session)
        return OperatorStatement(
            operatorID: id, month: month, opening: account.opening, earnings: try earnings(id, month, session),
            movements: account.movements, closing: account.closing)
    }

    private static func earnings(
        _ id: String, _ month: CalendarMonth, _ session: any SQLSession
    ) throws -> [PoolEarnings] {
        // Reached from the operator's postings, for which there is an index.
        let query = """
            SELECT u.pool, count(*), CAST(SUM(u.earned / 1000000000) AS BIGINT),
                CAST(SUM(u.earned % 1000000000) AS BIGINT), CAST(SUM(u.replay_pay / 1000000000) AS BIGINT),
                CAST(SUM(u.replay_pay % 1000000000) AS BIGINT)
            FROM postings p JOIN entries e ON e.number = p.entry
                JOIN usage_lines u ON u.request_id = SUBSTR(e.id, 9) AND u.operator = $4
            WHERE p.account = $1 AND e.time_ms >= $2 AND e.time_ms < $3 AND e.kind = 'usage' GROUP BY u.pool
            """
        let arguments: [SQLValue] = [
            .text(Account.operator(id).name), .integer(month.startMs), .integer(month.next.startMs),
            .text(id),
        ]
        return try session.query(query, arguments).map { row in
            PoolEarnings(
                pool: try row.text(0), segments: Int(try row.integer(1)), earned: try row.sum(2),
                replayPay: try row.sum(4))
        }.sorted { $0.pool < $1.pool }
    }
}

extension Ledger {
    /// - Throws: `ReportError.unknownOperator`, `StoreError`.
    package func statement(operatorID: String, month: CalendarMonth) async throws -> OperatorStatement {
        try await database.read { session in
            let arguments: [SQLValue] = [.text(operatorID), .text(Account.operator(operatorID).name)]
            let query = """
                SELECT 1 FROM pools WHERE operator = $1 UNION ALL SELECT 1 FROM balances WHERE account = $2
                """
            guard try session.first(query, arguments) != nil else { throw ReportError.unknownOperator(operatorID) }
            return try OperatorStatement.read(operatorID, month, session)
        }
    }
}
