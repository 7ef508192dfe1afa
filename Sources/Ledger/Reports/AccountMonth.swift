/// A payment, a payout or a reversal on a statement.
package struct StatementMovement: Sendable, Hashable {
    /// Of its entry.
    package let number: Int64
    package let entryID: String
    package let kind: EntryKind
    package let timeMs: Int64
    /// The entry that it takes back.
    package let reverses: String?
    /// What the account gained, or lost when negative.
    package let amount: PicoUSD
}

/// One account in one calendar month, by its postings.
struct AccountMonth: Sendable, Hashable {
    /// When the month began.
    let opening: PicoUSD
    /// What usage entries moved.
    let usage: PicoUSD
    /// Everything else, in the order of the ledger.
    let movements: [StatementMovement]
    /// When the month was over, summed apart from the rest.
    let closing: PicoUSD

    /// Whether what is listed leads from one balance to the other.
    var agrees: Bool { movements.reduce(opening + usage) { $0 + $1.amount } == closing }

    // A 64-bit sum of pico-USD ends at 9.2 million USD: both parts of each amount are summed.
    private static let parts = ["p.amount / 1000000000", "p.amount % 1000000000"]
    private static let source = "FROM postings p JOIN entries e ON e.number = p.entry WHERE p.account = $1"

    static func read(_ account: Account, _ month: CalendarMonth, _ session: any SQLSession) throws -> AccountMonth {
        let arguments: [SQLValue] = [
            .text(account.name), .integer(month.startMs), .integer(month.next.startMs),
        ]
        let sums = try sums(
            ["e.time_ms < $2", "e.time_ms >= $2 AND e.kind = 'usage'", "1 = 1"], where: "e.time_ms < $3", arguments,
            session)
        return AccountMonth(
            opening: sums[0], usage: sums[1], movements: try movements(arguments, session), closing: sums[2])
    }

    /// What the account gained by the postings that each condition names, in one pass over those that `filter` does.
    /// - Parameter arguments: `$1` is the account.
    static func sums(
        _ conditions: [String], where filter: String, _ arguments: [SQLValue], _ session: any SQLSession
    ) throws -> [PicoUSD] {
        let columns = conditions.flatMap { condition in
            parts.map { "CAST(COALESCE(SUM(CASE WHEN \(condition) THEN \($0) ELSE 0 END), 0) AS BIGINT)" }
        }
        let query = "SELECT \(columns.joined(separator: ", ")) \(source) AND \(filter)"
        guard let row = try session.first(query, arguments) else { return conditions.map { _ in .zero } }
        return try conditions.indices.map { try row.sum($0 * 2) }
    }

    private static func movements(_ arguments: [SQLValue], _ session: any SQLSession) throws -> [StatementMovement] {
        let query = """
            SELECT e.number, e.id, e.kind, e.time_ms, e.reverses,
                \(parts.map { "CAST(SUM(\($0)) AS BIGINT)" }.joined(separator: ", "))
            \(source) AND e.time_ms >= $2 AND e.time_ms < $3 AND e.kind <> 'usage'
            GROUP BY e.number, e.id, e.kind, e.time_ms, e.reverses ORDER BY e.number
            """
        return try session.query(query, arguments).map { row in
            StatementMovement(
                number: try row.integer(0), entryID: try row.text(1), kind: try row.name(2, EntryKind.self),
                timeMs: try row.integer(3), reverses: try row.optionalText(4), amount: try row.sum(5))
        }
    }
}

extension SQLRow {
    /// An amount from the sums of its parts: `column` counts 10^9 pico-USD, the next one the rest.
    func sum(_ column: Int) throws(StoreError) -> PicoUSD {
        PicoUSD(pico: Int128(try integer(column)) * 1_000_000_000 + Int128(try integer(column + 1)))
    }
}
