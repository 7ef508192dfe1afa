/// The inside of one transaction. It is valid only until the body that got it returns, on that body's thread.
///
/// A statement that fails ends the transaction: whatever the body does with the error, nothing is committed and the
/// caller of the write gets that first error.
package protocol SQLSession: AnyObject {
    var dialect: SQLDialect { get }

    /// Runs the statement once for each row of arguments (`$1`, `$2`, …), pipelined.
    ///
    /// In one column of `rows` all values that are not null must be of one kind.
    /// - Returns: the number of rows inserted, updated or deleted in all.
    @discardableResult
    func execute(_ sql: String, _ rows: [[SQLValue]]) throws(StoreError) -> Int

    /// Runs the statement for each row of arguments without waiting for what becomes of it: its failure is thrown by a
    /// later call, or by the commit.
    ///
    /// `VALUES ($1, $2, …)` of all arguments may be given many rows at once, so no two of them may be of one key.
    func enqueue(_ sql: String, _ rows: [[SQLValue]]) throws(StoreError)

    /// Runs the query once for each row of arguments, pipelined, and returns the rows of each. For answers of bounded
    /// size.
    func queries(_ sql: String, _ rows: [[SQLValue]]) throws(StoreError) -> [[SQLRow]]

    /// Runs several queries, pipelined, and returns the rows of each, whichever row of arguments they answer.
    func queries(_ queries: [SQLQuery]) throws(StoreError) -> [[SQLRow]]

    /// Runs one SELECT and gives its rows one by one without holding them all; the body may run other statements.
    func forEach(_ sql: String, _ arguments: [SQLValue], _ body: (SQLRow) throws -> Void) throws
}

extension SQLSession {
    /// Runs one statement without arguments.
    @discardableResult
    package func execute(_ sql: String) throws(StoreError) -> Int { try execute(sql, [[]]) }

    /// Runs one query.
    package func query(_ sql: String, _ arguments: [SQLValue] = []) throws(StoreError) -> [SQLRow] {
        try queries(sql, [arguments]).first ?? []
    }

    /// A query's first row, or nil.
    package func first(_ sql: String, _ arguments: [SQLValue] = []) throws(StoreError) -> SQLRow? {
        try query(sql, arguments).first
    }
}
