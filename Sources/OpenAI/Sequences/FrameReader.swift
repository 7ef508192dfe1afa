/// Reads the payload of one frame from front to back; nothing that it says is believed before it is checked.
struct FrameReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func byte(_ what: StaticString) throws(FrameError) -> UInt8 {
        guard position < bytes.count else { throw .cutOff("\(what)") }
        defer { position += 1 }
        return bytes[position]
    }

    /// A number from 0 to `limit`.
    mutating func number(_ what: StaticString, atMost limit: Int = Int(Int32.max)) throws(FrameError) -> Int {
        var (value, shift) = (0, 0)
        while true {
            let next = Int(try byte(what))
            value |= (next & 0x7F) << shift
            if next & 0x80 == 0 { break }
            shift += 7
            guard shift < 63 else { throw .number("\(what)", limit: limit) }
        }
        guard value <= limit else { throw .number("\(what)", limit: limit) }
        return value
    }

    /// A number of things of which each takes a byte at least: what cannot follow is not made room for.
    mutating func count(_ what: StaticString, atMost limit: Int = Int(Int32.max)) throws(FrameError) -> Int {
        let count = try number(what, atMost: limit)
        guard count <= bytes.count - position else { throw .cutOff("\(what)") }
        return count
    }

    mutating func bytes(
        _ what: StaticString, atMost limit: Int = Int(Int32.max)
    ) throws(FrameError) -> UnsafeRawBufferPointer {
        let length = try count(what, atMost: limit)
        defer { position += length }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + length])
    }

    mutating func text(_ what: StaticString, atMost limit: Int = Int(Int32.max)) throws(FrameError) -> String {
        guard let text = String(validating: try bytes(what, atMost: limit), as: UTF8.self) else {
            throw .notUTF8("\(what)")
        }
        return text
    }

    /// Token ids, which are not negative.
    mutating func tokens(_ what: StaticString) throws(FrameError) -> [Int32] {
        let count = try count(what)
        var tokens: [Int32] = []
        tokens.reserveCapacity(count)
        for _ in 0..<count { tokens.append(Int32(truncatingIfNeeded: try number(what))) }
        return tokens
    }

    /// A finite number of four bytes.
    mutating func float(_ what: StaticString) throws(FrameError) -> Float {
        guard bytes.count - position >= 4 else { throw .cutOff("\(what)") }
        let bits = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        position += 4
        let value = Float(bitPattern: bits)
        guard value.isFinite else { throw .value("\(what)") }
        return value
    }

    /// What is left.
    mutating func rest() -> UnsafeRawBufferPointer {
        defer { position = bytes.count }
        return UnsafeRawBufferPointer(rebasing: bytes[position...])
    }

    func finish() throws(FrameError) {
        guard isAtEnd else { throw .rest(bytes.count - position) }
    }
}
