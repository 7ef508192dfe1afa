import NIOHTTP1

/// The head of an answer that should be a stream: anything else is a refusal, which is read to its end.
struct StreamHead: Sendable {
    private enum Phase {
        case head
        case refused(ShortAnswer)
        case streaming
    }

    /// More of an error's body than this is not read.
    private static let maximumRefusalBytes = 64 << 10

    private let contentType: String
    private var phase = Phase.head

    /// - Parameter contentType: of the stream, in lower case.
    init(contentType: String) { self.contentType = contentType }

    mutating func receive(_ head: HTTPResponseHead) throws(RemoteFailure) {
        guard head.status.code == 200 else {
            var answer = ShortAnswer(maximumBytes: Self.maximumRefusalBytes)
            try answer.receive(head)
            phase = .refused(answer)
            return
        }
        let type = head.headers.first(name: "content-type") ?? "none"
        guard type.lowercased().hasPrefix(contentType) else {
            throw .broken(
                "it answered with the content type '\(WorkerWords.excerpt(type))', not with '\(contentType)'")
        }
        phase = .streaming
    }

    /// Whether bytes are of the stream; those of a refusal are kept.
    mutating func passes(_ bytes: UnsafeRawBufferPointer) throws(RemoteFailure) -> Bool {
        switch phase {
        case .head: throw .broken("a body came before its head")
        case .streaming: return true
        case .refused(var answer):
            var nothing: [Never] = []
            try answer.receive(bytes, into: &nothing)
            phase = .refused(answer)
            return false
        }
    }

    /// What it means that the answer has ended, if it was a refusal.
    var failure: RemoteFailure? {
        if case .refused(let answer) = phase { answer.failure } else { nil }
    }
}
