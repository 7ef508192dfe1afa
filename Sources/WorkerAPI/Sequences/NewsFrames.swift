import NIOCore
import OpenAI

/// What goes out with one write: as few frames as can be, none much longer than it has to be.
struct NewsFrames {
    private var writer = FrameWriter()
    private var isOpen = false

    /// More than this is not gathered for one write.
    static let maximumBytes = 256 << 10

    var isFull: Bool { writer.bytes.count >= Self.maximumBytes }

    mutating func append(_ news: SequenceNews) {
        open()
        news.append(to: &writer)
    }

    mutating func append(_ event: GenerationEvent, with news: inout SequenceNewsWriter) throws(APIError) {
        open()
        try news.append(event, to: &writer)
    }

    mutating func appendEnd(_ totals: GenerationTotals?, with news: SequenceNewsWriter) throws(APIError) {
        open()
        try news.appendEnd(totals, to: &writer)
    }

    mutating func appendPulse() {
        close()
        writer.begin(.pulse)
        writer.end()
    }

    /// Everything; nothing is left.
    mutating func take() -> ByteBuffer {
        close()
        defer { writer.removeAll() }
        return ByteBuffer(bytes: writer.bytes)
    }

    private mutating func open() {
        if isOpen, writer.frameBytes >= SequenceProtocol.newsBytesAtOnce { close() }
        guard !isOpen else { return }
        writer.begin(.news)
        isOpen = true
    }

    private mutating func close() {
        guard isOpen else { return }
        writer.end()
        isOpen = false
    }
}
