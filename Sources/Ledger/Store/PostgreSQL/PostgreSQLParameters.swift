import CPQ

/// The arguments of one row in PostgreSQL's binary format: integers as 8 bytes in network order, text and bytes as they
/// are. Used again for the next row, so that a batch allocates once.
struct PostgreSQLParameters {
    /// Object ids of the types, from PostgreSQL's catalogue; 0 lets the server infer.
    enum Kind: UInt32 {
        case unknown = 0
        case bytes = 17
        case integer = 20
        case text = 25
    }

    private var buffer: [UInt8] = []
    private var offsets: [Int] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []
    private var pointers: [UnsafePointer<CChar>?] = []

    /// Takes a row that ``kinds(of:)`` has checked.
    mutating func set(_ row: some Collection<SQLValue>) {
        // One byte that belongs to nobody, so that the buffer has an address and an empty text is not null.
        buffer.removeAll(keepingCapacity: true)
        buffer.append(0)
        offsets.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        for value in row {
            let start = buffer.count
            switch value {
            case .null: break
            case .integer(let integer): withUnsafeBytes(of: integer.bigEndian) { buffer.append(contentsOf: $0) }
            case .text(let text): buffer.append(contentsOf: text.utf8)
            case .bytes(let bytes): buffer.append(contentsOf: bytes)
            }
            offsets.append(value == .null ? -1 : start)
            lengths.append(Int32(buffer.count - start))
        }
        if formats.count != row.count { formats = Array(repeating: 1, count: row.count) }
    }

    /// The bytes that the row takes.
    var size: Int { buffer.count }

    /// Queues the row for a prepared statement; false when libpq refuses.
    mutating func send(_ connection: OpaquePointer, statement: String) -> Bool {
        pointers.removeAll(keepingCapacity: true)
        return buffer.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { characters in
                for offset in offsets {
                    pointers.append(offset < 0 ? nil : characters.baseAddress.map { UnsafePointer($0 + offset) })
                }
                let count = Int32(offsets.count)
                return PQsendQueryPrepared(connection, statement, count, pointers, lengths, formats, 0) == 1
            }
        }
    }

    /// The largest value that PostgreSQL takes.
    private static let maximumSize = 1 << 30

    /// What each column of the rows holds; `unknown` where all are null.
    /// - Throws: ``StoreError/invalid(_:)`` when a row cannot be sent, so that no batch stops halfway.
    static func kinds(of rows: [[SQLValue]]) throws(StoreError) -> [Kind] {
        guard let first = rows.first else { return [] }
        var kinds = [Kind](repeating: .unknown, count: first.count)
        for row in rows {
            guard row.count == kinds.count else { throw .invalid("rows of \(kinds.count) and \(row.count) arguments") }
            for (column, value) in row.enumerated() {
                let kind = try kind(of: value)
                if kind == kinds[column] || kind == .unknown { continue }
                guard kinds[column] == .unknown else { throw .invalid("$\(column + 1) is of two kinds in one batch") }
                kinds[column] = kind
            }
        }
        return kinds
    }

    /// The highest number among `$1`, `$2`, … outside quotation marks.
    private static func highestParameter(in sql: String) -> Int {
        var (highest, number, quote) = (0, Int?.none, UInt8?.none)
        for byte in sql.utf8 {
            if let value = number, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), value < 100_000 {
                number = value * 10 + Int(byte - UInt8(ascii: "0"))
                continue
            }
            highest = max(highest, number ?? 0)
            number = quote == nil && byte == UInt8(ascii: "$") ? 0 : nil
            if byte == quote {
                quote = nil
            } else if quote == nil, byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            }
        }
        return max(highest, number ?? 0)
    }

    /// PostgreSQL itself ignores arguments that no parameter takes.
    /// - Throws: ``StoreError/invalid(_:)`` unless there are as many arguments as parameters.
    static func check(_ count: Int, in sql: String) throws(StoreError) {
        let wanted = highestParameter(in: sql)
        guard count == wanted else { throw .invalid("\(count) arguments for \(wanted) parameters") }
    }

    private static func kind(of value: SQLValue) throws(StoreError) -> Kind {
        switch value {
        case .null: return .unknown
        case .integer: return .integer
        case .text(let text):
            guard !text.utf8.contains(0) else { throw .nulInText }
            guard text.utf8.count < maximumSize else { throw .invalid("a text over 1 GiB") }
            return .text
        case .bytes(let bytes):
            guard bytes.count < maximumSize else { throw .invalid("bytes over 1 GiB") }
            return .bytes
        }
    }
}
