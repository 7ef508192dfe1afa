/// Valid UTF-8 read scalar by scalar with the kind of each.
package struct UTF8Text: Sendable {
    /// One scalar and where it stands.
    package struct Scalar {
        let value: UInt32
        let kind: UnicodeKind
        /// Where the scalar after it begins.
        let end: Int
    }

    package let bytes: [UInt8]
    private let kinds: [UInt8]

    /// `bytes` must be valid UTF-8.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        kinds = UnicodeKind.table
    }

    /// The UTF-8 of a string.
    package init(_ text: String) { self.init(Array(text.utf8)) }

    /// The scalar that begins at `place`, which must be before the end.
    @inline(__always)
    subscript(place: Int) -> Scalar {
        let first = bytes[place]
        if first < 0x80 {
            return Scalar(
                value: UInt32(first), kind: UnicodeKind(rawValue: 1 << UInt32(kinds[Int(first)])), end: place + 1)
        }
        return wide(place, first)
    }

    private func wide(_ place: Int, _ first: UInt8) -> Scalar {
        let length = Self.length(leadingByte: first)
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for offset in 1..<length { value = value << 6 | UInt32(bytes[place + offset] & 0x3F) }
        return Scalar(value: value, kind: UnicodeKind.of(value, kinds), end: place + length)
    }

    /// Where the scalar before `place` begins; `place` must not be the start.
    func start(before place: Int) -> Int {
        var start = place - 1
        while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        return start
    }

    /// Bytes of the scalar that begins with a byte.
    @inline(__always)
    static func length(leadingByte: UInt8) -> Int {
        switch leadingByte {
        case 0..<0xC0: 1
        case 0xC0..<0xE0: 2
        case 0xE0..<0xF0: 3
        default: 4
        }
    }
}

extension UTF8Text {
    /// Appends the UTF-8 of a scalar; U+FFFD for what is none.
    static func append(_ value: UInt32, to result: inout [UInt8]) {
        if value < 0x80 {
            result.append(UInt8(value))
        } else {
            result += UTF8.encode(Unicode.Scalar(value) ?? "\u{FFFD}").map(Array.init) ?? []
        }
    }

    /// The bytes that `body` appends for each scalar.
    func mapScalars(_ body: (Scalar, inout [UInt8]) -> Void) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var place = 0
        while place < bytes.count {
            let scalar = self[place]
            body(scalar, &result)
            place = scalar.end
        }
        return result
    }
}
