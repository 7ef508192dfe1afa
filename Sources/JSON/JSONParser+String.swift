extension JSONParser {
    /// Reads a string whose opening quote is the next byte.
    ///
    /// Raw bytes must be valid UTF-8. Half a surrogate pair written as an escape becomes U+FFFD, because
    /// real clients cut strings there and a Swift string cannot hold it.
    mutating func parseString() throws(JSONError) -> String {
        let opening = position
        position += 1
        let end = try plainRun()
        if peek() == UInt8(ascii: "\"") {
            let text = try validated(opening + 1..<end)
            position += 1
            return text
        }
        return try parseEscapedString(opening: opening)
    }

    /// Moves to the next quote or backslash and returns its place.
    private mutating func plainRun() throws(JSONError) -> Int {
        while let byte = peek() {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return position }
            guard byte >= 0x20 else { throw error("A control character stands unescaped in a string") }
            position += 1
        }
        throw error("The text ends inside a string")
    }

    private func validated(_ range: Range<Int>) throws(JSONError) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw JSONError("A string is not valid UTF-8", byte: range.lowerBound)
        }
        return text
    }

    private mutating func parseEscapedString(opening: Int) throws(JSONError) -> String {
        var text = try validated(opening + 1..<position)
        while true {
            if consume(UInt8(ascii: "\"")) { return text }
            position += 1
            text.unicodeScalars.append(try parseEscape())
            let start = position
            let end = try plainRun()
            text += try validated(start..<end)
        }
    }

    private mutating func parseEscape() throws(JSONError) -> Unicode.Scalar {
        guard let byte = peek() else { throw error("The text ends inside a string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try parseUnicodeEscape()
        default:
            position -= 1
            throw error("Unknown escape in a string")
        }
    }

    private mutating func parseUnicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let first = try parseHex4()
        guard (0xD800..<0xDC00).contains(first), isUnicodeEscapeNext else {
            return Unicode.Scalar(first) ?? "\u{FFFD}"
        }
        let rewind = position
        position += 2
        let second = try parseHex4()
        guard (0xDC00..<0xE000).contains(second) else {
            position = rewind
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    private var isUnicodeEscapeNext: Bool {
        position + 1 < bytes.count && bytes[position] == UInt8(ascii: "\\") && bytes[position + 1] == UInt8(ascii: "u")
    }

    private mutating func parseHex4() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw error("Expected four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
