package import NIOHTTP1
import OpenAI

/// What makes sense of one HTTP answer as it comes. It knows no network: tests feed it bytes.
package protocol AnswerReading: Sendable {
    /// What it makes of the bytes.
    associatedtype Element: Sendable

    /// Everything has come: what follows is of no interest.
    var isComplete: Bool { get }

    mutating func receive(_ head: HTTPResponseHead) throws(RemoteFailure)

    /// Takes the next bytes of the body. What was good before a failure is in `elements` all the same.
    mutating func receive(_ bytes: UnsafeRawBufferPointer, into elements: inout [Element]) throws(RemoteFailure)

    /// The body has ended properly.
    mutating func receiveEnd() throws(RemoteFailure)
}

/// A whole short answer, whatever its status.
struct ShortAnswer: AnswerReading {
    typealias Element = Never

    let maximumBytes: Int
    private(set) var status = 0
    private(set) var headers = HTTPHeaders()
    private(set) var body: [UInt8] = []
    /// Only the end of the body completes it.
    let isComplete = false

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    /// What a sequence on a shared connection failed with, as it would have been answered by itself.
    init(_ failure: SequenceNews.Failure) {
        maximumBytes = failure.body.count
        status = failure.status
        if let wait = failure.retryAfterSeconds { headers.add(name: "retry-after", value: "\(wait)") }
        body = failure.body
    }

    mutating func receive(_ head: HTTPResponseHead) throws(RemoteFailure) {
        status = Int(head.status.code)
        headers = head.headers
    }

    mutating func receive(_ bytes: UnsafeRawBufferPointer, into elements: inout [Never]) throws(RemoteFailure) {
        guard bytes.count <= maximumBytes - body.count else {
            throw .broken("its answer is longer than \(maximumBytes) bytes")
        }
        body.append(contentsOf: bytes)
    }

    mutating func receiveEnd() throws(RemoteFailure) {}
}

/// An answer that should be a stream of server-sent events: refusals become failures before `Events` sees a byte.
package struct StreamedAnswer<Events: EventReading>: AnswerReading {
    package private(set) var events: Events
    private var splitter: EventSplitter
    private var head = StreamHead(contentType: "text/event-stream")

    package var isComplete: Bool { events.isComplete }

    package init(_ events: Events, maximumEventBytes: Int = 1 << 20) {
        self.events = events
        splitter = EventSplitter(maximumEventBytes: maximumEventBytes)
    }

    package mutating func receive(_ head: HTTPResponseHead) throws(RemoteFailure) { try self.head.receive(head) }

    package mutating func receive(
        _ bytes: UnsafeRawBufferPointer, into elements: inout [Events.Element]
    ) throws(RemoteFailure) {
        guard try head.passes(bytes) else { return }
        var position = 0
        while !events.isComplete, let event = try splitter.next(in: bytes, from: &position) {
            try receive(event, into: &elements)
        }
    }

    private mutating func receive(
        _ event: EventSplitter.Event, into elements: inout [Events.Element]
    ) throws(RemoteFailure) {
        switch event {
        case .inPlace(let data): try events.receive(data, into: &elements)
        case .copied(let data):
            try data.withUnsafeBufferPointer { data throws(RemoteFailure) in
                try events.receive(UnsafeRawBufferPointer(data), into: &elements)
            }
        }
    }

    package mutating func receiveEnd() throws(RemoteFailure) {
        throw head.failure ?? events.failureAtEnd
    }
}

/// What makes sense of the data of server-sent events.
package protocol EventReading: Sendable {
    associatedtype Element: Sendable

    /// The last event has come.
    var isComplete: Bool { get }
    /// What it means that the stream ended before that.
    var failureAtEnd: RemoteFailure { get }

    mutating func receive(_ data: UnsafeRawBufferPointer, into elements: inout [Element]) throws(RemoteFailure)
}
