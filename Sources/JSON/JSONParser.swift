extension JSON {
    /// Nesting beyond this is refused: the parser recurses once for each level.
    package static let defaultMaximumDepth = 128

    /// Reads one JSON text (RFC 8259: UTF-8, no comments, no NaN, no trailing commas).
    ///
    /// An object that has a name twice, compared after its escapes are read, is refused: RFC 8259 leaves open
    /// which value counts, so that two readers of one text could see two different requests.
    ///
    /// - Throws: `JSONError` with the byte at which the text stops being JSON.
    package static func parse(
        _ bytes: UnsafeRawBufferPointer, maximumDepth: Int = defaultMaximumDepth
    ) throws(JSONError) -> JSON {
        var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
        return try parser.parseDocument()
    }

    package static func parse(
        _ bytes: [UInt8], maximumDepth: Int = defaultMaximumDepth
    ) throws(JSONError) -> JSON {
        // `withUnsafeBytes` rethrows untyped, so the typed error travels in a Result.
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(JSONError) in try parse(buffer, maximumDepth: maximumDepth) }
        }
        return try result.get()
    }

    package static func parse(
        _ text: String, maximumDepth: Int = defaultMaximumDepth
    ) throws(JSONError) -> JSON {
        try parse(Array(text.utf8), maximumDepth: maximumDepth)
    }
}

/// A recursive-descent parser over bytes; strings are scanned by `JSONParser+String.swift`.
struct JSONParser {
    let bytes: UnsafeRawBufferPointer
    let maximumDepth: Int
    var position = 0

    init(bytes: UnsafeRawBufferPointer, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    mutating func parseDocument() throws(JSONError) -> JSON {
        let value = try parseValue(depth: 0)
        skipWhitespace()
        guard position == bytes.count else { throw error("Unexpected text after the value") }
        return value
    }

    private mutating func parseValue(depth: Int) throws(JSONError) -> JSON {
        guard depth < maximumDepth else { throw error("Nesting is deeper than \(maximumDepth) levels") }
        skipWhitespace()
        guard let byte = peek() else { throw error("The text ends where a value should be") }
        switch byte {
        case UInt8(ascii: "{"): return .object(try parseObject(depth: depth))
        case UInt8(ascii: "["): return .array(try parseArray(depth: depth))
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parse(literal: "true", as: .bool(true))
        case UInt8(ascii: "f"): return try parse(literal: "false", as: .bool(false))
        case UInt8(ascii: "n"): return try parse(literal: "null", as: .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        default: throw error("Expected a value")
        }
    }

    private mutating func parseObject(depth: Int) throws(JSONError) -> JSONObject {
        var object = JSONObject()
        position += 1
        skipWhitespace()
        if consume(UInt8(ascii: "}")) { return object }
        repeat {
            skipWhitespace()
            let key = try parseNewName(in: object)
            skipWhitespace()
            guard consume(UInt8(ascii: ":")) else { throw error("Expected ':' after a member name") }
            object.append(key, try parseValue(depth: depth + 1))
            skipWhitespace()
        } while consume(UInt8(ascii: ","))
        guard consume(UInt8(ascii: "}")) else { throw error("Expected ',' or '}' in an object") }
        return object
    }

    /// Reads the name of a member that `object` does not have yet.
    private mutating func parseNewName(in object: JSONObject) throws(JSONError) -> String {
        guard peek() == UInt8(ascii: "\"") else { throw error("Expected a member name in quotes") }
        let start = position
        let key = try parseString()
        if object.contains(key) {
            // Scalars are counted, for one character may hold any number of them.
            let shown = key.utf8.count <= 64 ? key : String(key.unicodeScalars.prefix(60)) + "…"
            throw JSONError("The name '\(shown)' occurs twice in one object", byte: start)
        }
        return key
    }

    private mutating func parseArray(depth: Int) throws(JSONError) -> [JSON] {
        var array: [JSON] = []
        position += 1
        skipWhitespace()
        if consume(UInt8(ascii: "]")) { return array }
        repeat {
            array.append(try parseValue(depth: depth + 1))
            skipWhitespace()
        } while consume(UInt8(ascii: ","))
        guard consume(UInt8(ascii: "]")) else { throw error("Expected ',' or ']' in an array") }
        return array
    }

    private mutating func parse(literal: StaticString, as value: JSON) throws(JSONError) -> JSON {
        let count = literal.utf8CodeUnitCount
        guard bytes.count - position >= count,
            (0..<count).allSatisfy({ bytes[position + $0] == literal.utf8Start[$0] })
        else { throw error("Expected '\(literal)'") }
        position += count
        return value
    }

    private mutating func parseNumber() throws(JSONError) -> JSON {
        let start = position
        _ = consume(UInt8(ascii: "-"))
        if !consume(UInt8(ascii: "0")) { try parseDigits() }
        var isInteger = true
        if consume(UInt8(ascii: ".")) {
            isInteger = false
            try parseDigits()
        }
        if consume(UInt8(ascii: "e")) || consume(UInt8(ascii: "E")) {
            isInteger = false
            if !consume(UInt8(ascii: "+")) { _ = consume(UInt8(ascii: "-")) }
            try parseDigits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let value = Int(text) { return .int(value) }
        guard let value = Double(text), value.isFinite else {
            throw JSONError("The number is too large", byte: start)
        }
        return .double(value)
    }

    private mutating func parseDigits() throws(JSONError) {
        let start = position
        while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw error("Expected a digit") }
    }

    // MARK: Cursor

    func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func consume(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipWhitespace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    func error(_ reason: String) -> JSONError { JSONError(reason, byte: position) }
}
