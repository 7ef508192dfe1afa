extension Jinja {
    /// The escapes of Python's string literals.
    struct StringLiteral {
        private let content: ArraySlice<Unicode.Scalar>
        private let line: Int
        private var position: Int
        private var result = String.UnicodeScalarView()

        /// The text that `content`, without its quotes, stands for.
        ///
        /// Two escapes that form a surrogate pair become their character; a lone one cannot be in a prompt
        /// and becomes U+FFFD.
        static func decode(_ content: ArraySlice<Unicode.Scalar>, line: Int) throws(TemplateError) -> String {
            guard content.contains("\\") else { return String(String.UnicodeScalarView(content)) }
            var literal = StringLiteral(content: content, line: line, position: content.startIndex)
            while let scalar = literal.next() {
                if scalar == "\\" { try literal.decodeEscape() } else { literal.result.append(scalar) }
            }
            return String(literal.result)
        }

        private init(content: ArraySlice<Unicode.Scalar>, line: Int, position: Int) {
            self.content = content
            self.line = line
            self.position = position
        }

        private mutating func next() -> Unicode.Scalar? {
            guard position < content.endIndex else { return nil }
            position += 1
            return content[position - 1]
        }

        private mutating func decodeEscape() throws(TemplateError) {
            guard let escape = next() else { throw .syntax("\\ at end of string", line: line) }
            switch escape {
            case "\n": break
            case "\\", "'", "\"": result.append(escape)
            case "a": result.append("\u{07}")
            case "b": result.append("\u{08}")
            case "f": result.append("\u{0C}")
            case "n": result.append("\n")
            case "r": result.append("\r")
            case "t": result.append("\t")
            case "v": result.append("\u{0B}")
            case "0"..."7": decodeOctal(first: escape)
            case "x": try decodeHexadecimal(digits: 2, form: "\\xXX")
            case "u": try decodeHexadecimal(digits: 4, form: "\\uXXXX")
            case "U": try decodeHexadecimal(digits: 8, form: "\\UXXXXXXXX")
            case "N": throw .syntax("character names (\\N{...}) are not supported, write \\uXXXX", line: line)
            default: result.append(contentsOf: ["\\", escape])
            }
        }

        private mutating func decodeOctal(first: Unicode.Scalar) {
            var value = first.value - 48
            for _ in 0..<2 where position < content.endIndex {
                guard let digit = content[position].digitValue(radix: 8) else { break }
                value = value * 8 + UInt32(digit)
                position += 1
            }
            append(value)
        }

        private mutating func decodeHexadecimal(digits: Int, form: String) throws(TemplateError) {
            guard let value = hexadecimal(digits: digits) else {
                throw .syntax("truncated \(form) escape", line: line)
            }
            guard value <= 0x10FFFF else { throw .syntax("illegal Unicode character", line: line) }
            if let low = lowSurrogate(after: value) {
                append(0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00))
            } else {
                append(value)
            }
        }

        /// The value of the next digits, all of them or none.
        private mutating func hexadecimal(digits: Int) -> UInt32? {
            guard position + digits <= content.endIndex else { return nil }
            var value: UInt32 = 0
            for place in position..<position + digits {
                guard let digit = content[place].digitValue(radix: 16) else { return nil }
                value = value << 4 | UInt32(digit)
            }
            position += digits
            return value
        }

        private mutating func lowSurrogate(after high: UInt32) -> UInt32? {
            guard 0xD800..<0xDC00 ~= high, position + 6 <= content.endIndex,
                content[position] == "\\", content[position + 1] == "u"
            else { return nil }
            let start = position
            position += 2
            if let low = hexadecimal(digits: 4), 0xDC00..<0xE000 ~= low { return low }
            position = start
            return nil
        }

        private mutating func append(_ value: UInt32) {
            result.append(Unicode.Scalar(value) ?? "\u{FFFD}")
        }
    }
}
