/// An account by its name, and what is on it.
package struct AccountBalance: Sendable, Hashable {
    /// `Account.name`.
    package let account: String
    package let balance: PicoUSD
}

extension Ledger {
    /// The balances of all accounts whose names begin with `prefix`, by name.
    package func balances(prefix: String = "") async throws -> [AccountBalance] {
        try await database.read { try AccountBalance.read(prefix, $0) }
    }
}

extension AccountBalance {
    static func read(_ prefix: String, _ session: any SQLSession) throws -> [AccountBalance] {
        let query = "SELECT account, balance FROM balances WHERE SUBSTR(account, 1, CAST($2 AS INTEGER)) = $1"
        let arguments: [SQLValue] = [.text(prefix), SQLValue(prefix.unicodeScalars.count)]
        return try session.query(query, arguments)
            .map { AccountBalance(account: try $0.text(0), balance: try $0.amount(1)) }
            .sorted { $0.account < $1.account }
    }
}
