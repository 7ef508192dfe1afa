import Glibc

/// Reads a chunk of the form that the worker protocol gives to tokens that are not the last, its members in any order:
/// `{"index":0,"text":"…","token_ids":[…],"logprobs":null,"finish_reason":null}],"usage":null,"gleaner":{"shown":…}}`.
struct ChunkScanner {
    private let bytes: UnsafeRawBufferPointer
    private var position: Int

    private init(bytes: UnsafeRawBufferPointer, position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// Nil for whatever has not exactly this form.
    static func scan(_ bytes: UnsafeRawBufferPointer, behind opening: [UInt8]) -> Chunk? {
        guard let start = bytes.baseAddress, bytes.count > opening.count,
            memcmp(start, opening, opening.count) == 0
        else { return nil }
        var scanner = ChunkScanner(bytes: bytes, position: opening.count)
        guard let choice = scanner.choice() else { return nil }
        var chunk = Chunk(choice: choice)
        guard scanner.skip("]"), scanner.end(of: &chunk) else { return nil }
        return chunk
    }

    private mutating func choice() -> Chunk.Choice? {
        guard skip(#"{"index":0"#) else { return nil }
        var choice = Chunk.Choice()
        var seen = Seen()
        while skip(",") {
            if skip(#""text":"#) {
                guard seen.add(0), let text = string() else { return nil }
                choice.text = text
            } else if skip(#""token_ids":["#) {
                guard seen.add(1), let ids = integers() else { return nil }
                choice.tokenIDs = ids
            } else if skip(#""logprobs":null"#) {
                guard seen.add(2) else { return nil }
            } else if skip(#""finish_reason":null"#) {
                guard seen.add(3) else { return nil }
            } else {
                return nil
            }
        }
        return skip("}") ? choice : nil
    }

    /// What follows the choices, to the last byte.
    private mutating func end(of chunk: inout Chunk) -> Bool {
        var seen = Seen()
        while skip(",") {
            if skip(#""usage":null"#) {
                guard seen.add(0) else { return false }
            } else if skip(#""gleaner":{"shown":"#) {
                guard seen.add(1), let shown = integer(), skip("}") else { return false }
                chunk.own.shown = Int(shown)
            } else {
                return false
            }
        }
        return skip("}") && position == bytes.count
    }

    /// Which members came: a name may not come twice.
    private struct Seen {
        private var bits: UInt8 = 0

        mutating func add(_ member: UInt8) -> Bool {
            defer { bits |= 1 << member }
            return bits & (1 << member) == 0
        }
    }

    // MARK: Values

    private mutating func skip(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        for place in 0..<count where bytes[position + place] != text.utf8Start[place] { return false }
        position += count
        return true
    }

    /// An integer from 0 to `Int32.max`, without a leading zero.
    private mutating func integer() -> Int32? {
        let start = position
        var value = 0
        while position < bytes.count, case let digit = Int(bytes[position]) - 0x30, (0...9).contains(digit) {
            value = value * 10 + digit
            guard value <= Int(Int32.max) else { return nil }
            position += 1
        }
        guard position > start, bytes[start] != 0x30 || position == start + 1 else { return nil }
        return Int32(value)
    }

    /// The integers of an array whose opening bracket is behind us.
    private mutating func integers() -> [Int32]? {
        if skip("]") { return [] }
        var values: [Int32] = []
        repeat {
            guard let value = integer() else { return nil }
            values.append(value)
        } while skip(",")
        return skip("]") ? values : nil
    }

    /// A string of valid UTF-8 with no escapes but those of two characters.
    private mutating func string() -> String? {
        guard skip("\"") else { return nil }
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return String(validating: bytes[start..<position - 1], as: UTF8.self)
            case UInt8(ascii: "\\"): return escapedString(from: start)
            case 0..<0x20: return nil
            default: position += 1
            }
        }
        return nil
    }

    private mutating func escapedString(from start: Int) -> String? {
        var text = Array(bytes[start..<position])
        while position + 1 < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return String(validating: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let byte = Self.unescaped(bytes[position + 1]) else { return nil }
                text.append(byte)
                position += 2
            case 0..<0x20: return nil
            case let byte:
                text.append(byte)
                position += 1
            }
        }
        return nil
    }

    private static func unescaped(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }
}
