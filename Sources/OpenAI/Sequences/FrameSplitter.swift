/// Cuts a stream of bytes into frames, however the network cuts it into pieces. A frame that lies in one piece is not
/// copied.
package struct FrameSplitter: Sendable {
    private let limit: Int
    /// The start of a frame whose end has not come.
    private var pending: [UInt8] = []

    /// - Parameter limit: the longest frame, without its length.
    package init(limit: Int) { self.limit = limit }

    /// Bytes of a frame that is not complete.
    package var numPending: Int { pending.count }

    /// Takes the next bytes.
    ///
    /// - Parameter take: is given the kind and the payload of each frame that they complete.
    package mutating func receive(
        _ bytes: UnsafeRawBufferPointer,
        _ take: (SequenceProtocol.Kind, UnsafeRawBufferPointer) throws(FrameError) -> Void
    ) throws(FrameError) {
        guard !pending.isEmpty else {
            let used = try cut(bytes, take)
            return pending.append(contentsOf: bytes[used...])
        }
        pending.append(contentsOf: bytes)
        let used = try pending.withUnsafeBufferPointer { pending throws(FrameError) in
            try cut(UnsafeRawBufferPointer(pending), take)
        }
        if used == pending.count { pending = [] } else { pending.removeFirst(used) }
    }

    /// - Returns: the bytes of the frames that were complete.
    private func cut(
        _ bytes: UnsafeRawBufferPointer,
        _ take: (SequenceProtocol.Kind, UnsafeRawBufferPointer) throws(FrameError) -> Void
    ) throws(FrameError) -> Int {
        var position = 0
        while bytes.count - position >= SequenceProtocol.headerBytes {
            let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
            guard (2...limit).contains(length) else { throw .length(length, limit: limit) }
            let version = bytes[position + 4]
            guard version == SequenceProtocol.version else { throw .version(version) }
            guard let kind = SequenceProtocol.Kind(rawValue: bytes[position + 5]) else {
                throw .kind(bytes[position + 5])
            }
            guard bytes.count - position - 4 >= length else { break }
            let end = position + 4 + length
            let start = position + SequenceProtocol.headerBytes
            try take(kind, UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            position = end
        }
        return position
    }
}
