package import NIOHTTP1
package import OpenAI

/// The answer that the news of all sequences of a worker come in.
package struct FramedAnswer: AnswerReading {
    /// What a worker says there.
    package enum Element: Sendable, Equatable {
        case pulse
        /// Of one frame.
        case news([SequenceNews])
    }

    private var splitter = FrameSplitter(limit: SequenceProtocol.maximumNewsBytes)
    private var head = StreamHead(contentType: SequenceProtocol.contentType)
    /// Only the connection's end ends it.
    package let isComplete = false

    package init() {}

    package mutating func receive(_ head: HTTPResponseHead) throws(RemoteFailure) { try self.head.receive(head) }

    package mutating func receive(
        _ bytes: UnsafeRawBufferPointer, into elements: inout [Element]
    ) throws(RemoteFailure) {
        guard try head.passes(bytes) else { return }
        do throws(FrameError) {
            try splitter.receive(bytes) { kind, payload throws(FrameError) in
                elements.append(try Self.element(kind, payload))
            }
        } catch {
            throw .broken("\(error)")
        }
    }

    private static func element(
        _ kind: SequenceProtocol.Kind, _ payload: UnsafeRawBufferPointer
    ) throws(FrameError) -> Element {
        switch kind {
        case .pulse: return .pulse
        case .news:
            var news: [SequenceNews] = []
            try SequenceNews.read(payload, into: &news)
            return .news(news)
        case .start, .cancel: throw .kind(kind.rawValue)
        }
    }

    package mutating func receiveEnd() throws(RemoteFailure) {
        throw head.failure ?? .lost("it ended the connection of its sequences")
    }
}
