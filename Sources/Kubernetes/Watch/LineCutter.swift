/// Cuts a stream of bytes into its lines, however the network cuts it into pieces.
///
/// A line that lies in one piece is not copied; of one that does not, each byte is copied once.
package struct LineCutter: Sendable {
    private let maximumBytes: Int
    private var kept: [UInt8] = []

    package init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    /// Calls `body` with each line that ends in `piece`, without its end and without empty ones.
    ///
    /// - Throws: `.malformed` for a line that is longer than the limit, or what `body` throws.
    package mutating func cut(
        _ piece: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(KubernetesError) -> Void
    ) throws(KubernetesError) {
        var start = 0
        for place in piece.indices where piece[place] == 0x0A {
            let line = UnsafeRawBufferPointer(rebasing: piece[start..<place])
            start = place + 1
            try end(line, body)
        }
        let rest = UnsafeRawBufferPointer(rebasing: piece[start...])
        try check(rest.count)
        kept.append(contentsOf: rest)
    }

    private mutating func end(
        _ line: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(KubernetesError) -> Void
    ) throws(KubernetesError) {
        try check(line.count)
        if kept.isEmpty {
            if !line.isEmpty { try body(line) }
            return
        }
        kept.append(contentsOf: line)
        let whole = kept
        kept.removeAll(keepingCapacity: whole.count <= 64 << 10)
        try whole.withUnsafeBufferPointer { bytes throws(KubernetesError) in try body(UnsafeRawBufferPointer(bytes)) }
    }

    private func check(_ count: Int) throws(KubernetesError) {
        guard count <= maximumBytes - kept.count else {
            throw .malformed("a line of a watch is longer than \(maximumBytes) bytes")
        }
    }
}
