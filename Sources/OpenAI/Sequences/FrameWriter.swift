/// Puts frames together, one behind the other.
package struct FrameWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// Where the frame begins that is being written.
    private var start = 0

    package init() {}

    /// Bytes of the frame so far, its header included.
    package var frameBytes: Int { bytes.count - start }

    package mutating func begin(_ kind: SequenceProtocol.Kind) {
        start = bytes.count
        bytes.append(contentsOf: [0, 0, 0, 0, SequenceProtocol.version, kind.rawValue])
    }

    /// Ends the frame. It must not be longer than its reader takes, which is for the caller to see to.
    package mutating func end() {
        let length = UInt32(clamping: bytes.count - start - 4)
        for place in 0..<4 { bytes[start + place] = UInt8(truncatingIfNeeded: length >> UInt32(8 * place)) }
        start = bytes.count
    }

    /// Drops what was written and keeps its room.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        start = 0
    }

    mutating func append(byte: UInt8) { bytes.append(byte) }

    /// - Parameter number: not negative.
    mutating func append(_ number: Int) {
        var rest = UInt(bitPattern: max(number, 0))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func append(_ data: some Collection<UInt8>) {
        append(data.count)
        bytes.append(contentsOf: data)
    }

    mutating func append(_ text: String) { append(text.utf8) }

    mutating func append(tokens: some Collection<Int32>) {
        append(tokens.count)
        for token in tokens { append(Int(token)) }
    }

    mutating func append(_ value: Float) {
        for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * place))) }
    }

    /// What goes to the end of the frame.
    mutating func append(rest: some Collection<UInt8>) { bytes.append(contentsOf: rest) }
}
