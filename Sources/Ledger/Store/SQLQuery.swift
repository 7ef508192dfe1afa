/// A query, or another statement, and the rows of arguments to run it for.
package struct SQLQuery: Sendable {
    package let sql: String
    package let rows: [[SQLValue]]

    package init(_ sql: String, _ rows: [[SQLValue]]) {
        self.sql = sql
        self.rows = rows
    }

    /// For many keys: once for each on SQLite, where that costs nothing, and once for all on PostgreSQL.
    /// - Parameter sql: ends with the column that the keys are of.
    package init(_ sql: String, isOneOf keys: [String], _ dialect: SQLDialect) {
        switch dialect {
        case .sqlite: self.init(sql + " = $1", keys.map { [.text($0)] })
        case .postgreSQL:
            self.init(sql + " = ANY (CAST($1 AS TEXT[]))", keys.isEmpty ? [] : [[.text(Self.array(keys))]])
        }
    }

    /// PostgreSQL's text form of an array.
    private static func array(_ elements: [String]) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "{")]
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "\""))
            for byte in element.utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
                bytes.append(byte)
            }
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: "}"))
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension SQLSession {
    /// All rows of many keys, in no order.
    /// - Parameter sql: a query that ends with the column that the keys are of.
    package func query(_ sql: String, isOneOf keys: [String]) throws(StoreError) -> [SQLRow] {
        try queries([SQLQuery(sql, isOneOf: keys, dialect)]).first ?? []
    }

    /// ``enqueue(_:_:)`` for many keys.
    /// - Parameter sql: a statement that ends with the column that the keys are of.
    package func enqueue(_ sql: String, isOneOf keys: [String]) throws(StoreError) {
        let statement = SQLQuery(sql, isOneOf: keys, dialect)
        try enqueue(statement.sql, statement.rows)
    }
}
