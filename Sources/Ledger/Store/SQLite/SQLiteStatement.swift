import GRDB
import GRDBSQLite

/// A prepared statement while it is being run.
struct SQLiteStatement {
    private let owner: Statement
    private let handle: OpaquePointer
    private let connection: OpaquePointer
    private let path: String
    /// For each parameter, which argument it takes.
    private let arguments: [Int]

    /// SQLite's request to copy bound bytes, a macro that Swift does not import.
    private static let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// - Throws: ``StoreError/invalid(_:)`` unless the parameters are `$1`, `$2`, ….
    init(_ statement: Statement, connection: OpaquePointer, path: String) throws(StoreError) {
        owner = statement
        handle = statement.sqliteStatement
        self.connection = connection
        self.path = path
        var arguments: [Int] = []
        for index in 0..<sqlite3_bind_parameter_count(handle) {
            // To SQLite `$1` is a name, and it numbers names by their first use.
            guard let name = sqlite3_bind_parameter_name(handle, index + 1),
                let number = Int(String(cString: name).dropFirst()), number >= 1
            else { throw .invalid("parameters are written $1, $2, …") }
            arguments.append(number - 1)
        }
        self.arguments = arguments
    }

    var changes: Int { Int(sqlite3_changes(connection)) }
    var totalChanges: Int32 { sqlite3_total_changes(connection) }

    func bind(_ values: [SQLValue]) throws(StoreError) {
        guard values.count == arguments.count else {
            throw .invalid("\(values.count) arguments for \(arguments.count) parameters")
        }
        for (index, argument) in arguments.enumerated() {
            guard values.indices.contains(argument) else { throw .invalid("there is no argument $\(argument + 1)") }
            let code = try bind(values[argument], at: Int32(index + 1))
            guard code == SQLITE_OK else { throw error(code) }
        }
    }

    private func bind(_ value: SQLValue, at index: Int32) throws(StoreError) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(handle, index)
        case .integer(let integer): return sqlite3_bind_int64(handle, index, integer)
        case .text(var text):
            let code: Int32? = text.withUTF8 { bytes in
                guard !bytes.contains(0) else { return nil }
                return bytes.withMemoryRebound(to: CChar.self) { characters in
                    // A null pointer would be NULL, not the empty text.
                    guard let start = characters.baseAddress else {
                        return sqlite3_bind_text(handle, index, "", 0, Self.copy)
                    }
                    return sqlite3_bind_text64(
                        handle, index, start, UInt64(characters.count), Self.copy, UInt8(SQLITE_UTF8))
                }
            }
            guard let code else { throw .nulInText }
            return code
        case .bytes(let bytes):
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(handle, index, 0) }
            return sqlite3_bind_blob64(handle, index, bytes, UInt64(bytes.count), Self.copy)
        }
    }

    /// True when there is a row, false at the end.
    func step() throws(StoreError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw error(sqlite3_extended_errcode(connection))
        }
    }

    func row() throws(StoreError) -> SQLRow {
        let count = sqlite3_column_count(handle)
        var values: [SQLValue] = []
        values.reserveCapacity(Int(count))
        for column in 0..<count { values.append(try value(column)) }
        return SQLRow(values)
    }

    private func value(_ column: Int32) throws(StoreError) -> SQLValue {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_NULL: return .null
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
        case SQLITE_TEXT:
            let start = sqlite3_column_text(handle, column)
            let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw .corrupt("\(path): column \(column) is not UTF-8")
            }
            return .text(text)
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(handle, column)
            let count = Int(sqlite3_column_bytes(handle, column))
            return .bytes([UInt8](UnsafeRawBufferPointer(start: start, count: count)))
        default: throw .invalid("column \(column) is a floating-point number")
        }
    }

    func reset() { sqlite3_reset(handle) }

    /// Lets go of rows and arguments, so that the cached statement holds neither locks nor a megabyte of them.
    func release() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    private func error(_ code: Int32) -> StoreError {
        StoreError(sqlite: code, String(cString: sqlite3_errmsg(connection)), path: path)
    }
}
