import CPQ

/// Reads the rows of a result, which libpq holds as text.
struct PostgreSQLRows {
    private let result: OpaquePointer
    private let columns: [Column]

    /// How a column is read, by the object id of its type.
    private enum Column {
        case integer, boolean, bytes, numeric, text, nothing

        init(type: UInt32, at column: Int32) throws(StoreError) {
            switch type {
            case 20, 21, 23, 26: self = .integer
            case 16: self = .boolean
            case 17: self = .bytes
            case 1700: self = .numeric
            case 2278: self = .nothing
            case 700, 701: throw .invalid("column \(column) is a floating-point number")
            default: self = .text
            }
        }
    }

    init(_ result: OpaquePointer) throws(StoreError) {
        self.result = result
        var columns: [Column] = []
        for column in 0..<PQnfields(result) { columns.append(try Column(type: PQftype(result, column), at: column)) }
        self.columns = columns
    }

    var count: Int { Int(PQntuples(result)) }

    subscript(row: Int) -> SQLRow {
        get throws(StoreError) {
            var values: [SQLValue] = []
            values.reserveCapacity(columns.count)
            for (index, column) in columns.enumerated() {
                values.append(try value(Int32(row), Int32(index), column))
            }
            return SQLRow(values)
        }
    }

    private func value(_ row: Int32, _ index: Int32, _ column: Column) throws(StoreError) -> SQLValue {
        guard PQgetisnull(result, row, index) == 0, let start = PQgetvalue(result, row, index) else { return .null }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, index)))
        switch column {
        case .nothing: return .null
        case .boolean: return .integer(bytes.first == UInt8(ascii: "t") ? 1 : 0)
        case .text:
            // A database whose own encoding is none (SQL_ASCII) sends what it has.
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw .corrupt("column \(index) is not UTF-8")
            }
            return .text(text)
        case .integer:
            guard let integer = Int64(String(decoding: bytes, as: UTF8.self)) else {
                throw .corrupt("an integer that is none")
            }
            return .integer(integer)
        case .numeric: return try Self.numeric(String(decoding: bytes, as: UTF8.self), index)
        case .bytes:
            guard let bytes = Self.bytes(hex: bytes) else { throw .corrupt("bytes that are not hexadecimal") }
            return .bytes(bytes)
        }
    }

    /// A sum of BIGINT is NUMERIC: an integer where it fits, otherwise its digits.
    private static func numeric(_ digits: String, _ index: Int32) throws(StoreError) -> SQLValue {
        if let integer = Int64(digits) { return .integer(integer) }
        guard digits.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
        else {
            throw .invalid("column \(index) is not a whole number")
        }
        return .text(digits)
    }

    /// PostgreSQL's text form of BYTEA: `\x`, then two digits a byte.
    private static func bytes(hex text: UnsafeRawBufferPointer) -> [UInt8]? {
        guard text.count >= 2, text.count % 2 == 0, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x") else {
            return nil
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2 - 1)
        for index in stride(from: 2, to: text.count, by: 2) {
            guard let high = digit(text[index]), let low = digit(text[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
