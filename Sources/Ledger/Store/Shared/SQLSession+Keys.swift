// Many rows by their keys: a statement for each on SQLite, where it costs nothing, and one for all on PostgreSQL.

extension SQLSession {
    /// All rows of many keys, in no order.
    /// - Parameter sql: a query with `IN ($1)` where the keys stand.
    package func query(_ sql: String, keys: [String]) throws(StoreError) -> [SQLRow] {
        guard !keys.isEmpty else { return [] }
        let (sql, rows) = forKeys(sql, keys)
        return Array(try queries(sql, rows).joined())
    }

    /// ``enqueue(_:_:)`` for many keys.
    /// - Parameter sql: a statement with `IN ($1)` where the keys stand.
    package func enqueue(_ sql: String, keys: [String]) throws(StoreError) {
        guard !keys.isEmpty else { return }
        let (sql, rows) = forKeys(sql, keys)
        try enqueue(sql, rows)
    }

    private func forKeys(_ sql: String, _ keys: [String]) -> (sql: String, rows: [[SQLValue]]) {
        switch dialect {
        case .sqlite: (sql, keys.map { [.text($0)] })
        case .postgreSQL: (sql.replacing("IN ($1)", with: "= ANY (CAST($1 AS TEXT[]))"), [[.text(Self.array(keys))]])
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
