package import NIOCore
import NIOPosix

/// A client that sees and says every byte: what the server makes of them is the thing under test.
package struct Client {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var received: [UInt8] = []
    private var isClosed = false

    /// Connects, runs `body`, and goes away.
    /// - Parameter configure: puts what encrypts in front of the rest.
    package static func connected<Value: Sendable>(
        to port: Int, host: String = "127.0.0.1",
        configure: @escaping @Sendable (any Channel) throws -> Void = { _ in },
        _ body: @Sendable (inout Client) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try configure(channel)
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var client = Client(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&client)
        }
    }

    private init(
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound
        self.outbound = outbound
    }

    package func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    /// Sends a request with a JSON body.
    package func post(_ path: String, _ body: String, headers: String = "") async throws {
        try await send(
            "POST \(path) HTTP/1.1\r\nhost: t\r\n\(headers)content-length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    package func get(_ path: String, method: String = "GET", headers: String = "") async throws {
        try await send("\(method) \(path) HTTP/1.1\r\nhost: t\r\n\(headers)\r\n")
    }

    /// Everything up to and with `mark`; throws when the server closes before it.
    package mutating func read(through mark: String) async throws -> String {
        let mark = Array(mark.utf8)
        while true {
            if let end = received.firstEnd(of: mark) {
                defer { received.removeFirst(end) }
                return String(decoding: received[..<end], as: UTF8.self)
            }
            guard try await receive() else { throw ClosedByServer(received: String(decoding: received, as: UTF8.self)) }
        }
    }

    /// Everything until the server closes.
    package mutating func readToEnd() async throws -> String {
        while try await receive() {}
        defer { received = [] }
        return String(decoding: received, as: UTF8.self)
    }

    /// One whole response.
    /// - Parameter isHead: the answer to a HEAD request, which has no body.
    package mutating func response(isHead: Bool = false) async throws -> HTTPAnswer {
        var answer = HTTPAnswer(head: try await read(through: "\r\n\r\n"))
        if answer["transfer-encoding"] == "chunked" {
            while let chunk = try await chunk() { answer.chunks.append(chunk) }
        } else if let length = answer["content-length"].flatMap({ Int($0) }), !isHead {
            answer.chunks = [try await read(count: length)]
        }
        return answer
    }

    /// The next chunk of a chunked body; nil for the last one.
    package mutating func chunk() async throws -> String? {
        try await chunkBytes().map { String(decoding: $0, as: UTF8.self) }
    }

    /// The same for what is no text.
    package mutating func chunkBytes() async throws -> [UInt8]? {
        // A line end is one character in Swift.
        let size = try await read(through: "\r\n").dropLast(1)
        guard let count = Int(size, radix: 16) else { throw ClosedByServer(received: String(size)) }
        let chunk = try await readBytes(count: count)
        _ = try await read(through: "\r\n")
        return count == 0 ? nil : chunk
    }

    private mutating func read(count: Int) async throws -> String {
        String(decoding: try await readBytes(count: count), as: UTF8.self)
    }

    private mutating func readBytes(count: Int) async throws -> [UInt8] {
        while received.count < count {
            guard try await receive() else { throw ClosedByServer(received: String(decoding: received, as: UTF8.self)) }
        }
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    private mutating func receive() async throws -> Bool {
        guard !isClosed, let buffer = try await nextBuffer() else {
            isClosed = true
            return false
        }
        received.append(contentsOf: buffer.readableBytesView)
        return true
    }

    /// A reset counts as a close: both end the connection.
    private mutating func nextBuffer() async throws -> ByteBuffer? {
        do { return try await inbound.next() } catch is IOError { return nil }
    }
}

/// The server ended the connection, or an answer, too early.
package struct ClosedByServer: Error {
    package let received: String

    package init(received: String) { self.received = received }
}

/// A response as a test looks at it.
package struct HTTPAnswer: Sendable {
    package let head: String
    /// The chunks of the body as they were sent; one for a body with a length.
    package var chunks: [String] = []

    package var body: String { chunks.joined() }

    package var status: Int { Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0 }

    /// The value of a header field.
    package subscript(name: String) -> String? {
        head.split(separator: "\r\n").dropFirst().first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
            .map { String($0.drop { $0 != ":" }.dropFirst().drop { $0 == " " }) }
    }
}

extension [UInt8] {
    /// The place behind the first occurrence of `mark`.
    fileprivate func firstEnd(of mark: [UInt8]) -> Int? {
        guard count >= mark.count else { return nil }
        return (0...(count - mark.count)).first { self[$0..<($0 + mark.count)].elementsEqual(mark) }
            .map { $0 + mark.count }
    }
}
