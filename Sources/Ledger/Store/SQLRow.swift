/// One row of an answer; columns count from 0.
package struct SQLRow: Sendable, Hashable {
    package let values: [SQLValue]

    package init(_ values: [SQLValue]) { self.values = values }

    package var count: Int { values.count }

    /// The column's value; a column that the query does not have is null.
    package subscript(_ column: Int) -> SQLValue { values.indices.contains(column) ? values[column] : .null }

    /// - Throws: ``StoreError/invalid(_:)`` when the column holds anything else.
    package func integer(_ column: Int) throws(StoreError) -> Int64 {
        guard case .integer(let value) = self[column] else { throw mismatch(column, "an integer") }
        return value
    }

    /// - Throws: ``StoreError/invalid(_:)`` when the column holds anything else.
    package func text(_ column: Int) throws(StoreError) -> String {
        guard case .text(let value) = self[column] else { throw mismatch(column, "text") }
        return value
    }

    /// - Throws: ``StoreError/invalid(_:)`` when the column holds anything else.
    package func bytes(_ column: Int) throws(StoreError) -> [UInt8] {
        guard case .bytes(let value) = self[column] else { throw mismatch(column, "bytes") }
        return value
    }

    /// The integer, or nil for null.
    package func optionalInteger(_ column: Int) throws(StoreError) -> Int64? {
        self[column] == .null ? nil : try integer(column)
    }

    /// The text, or nil for null.
    package func optionalText(_ column: Int) throws(StoreError) -> String? {
        self[column] == .null ? nil : try text(column)
    }

    /// The bytes, or nil for null.
    package func optionalBytes(_ column: Int) throws(StoreError) -> [UInt8]? {
        self[column] == .null ? nil : try bytes(column)
    }

    private func mismatch(_ column: Int, _ wanted: String) -> StoreError {
        .invalid("column \(column) holds \(self[column].kind) where \(wanted) was expected")
    }
}
