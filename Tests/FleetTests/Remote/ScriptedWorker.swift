import AsyncHTTPClient
import Fleet
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import OpenAI
import Synchronization

/// A server on a free port of the loopback interface that sends what a test tells it to, byte for byte.
struct ScriptedWorker: Sendable {
    let address: String
    let client: HTTPClient

    /// Where the server is when it speaks TLS.
    var secureAddress: String { address.replacing("http://", with: "https://") }

    /// The worker that a test asks, its deadlines run by the event loop or by hand.
    func worker(token: String? = nil, timer: DeadlineTimer = .eventLoop) throws -> HTTPWorker {
        HTTPWorker(try WorkerEndpoint(address, token: token), client: client, timer: timer)
    }

    /// Runs a server, and a client for it, for as long as `test` takes.
    ///
    /// - Parameters:
    ///   - tls: makes the server speak TLS.
    ///   - respond: is called for each whole request, on its connection's event loop.
    static func run<Result: Sendable>(
        tls: TLSConfiguration? = nil,
        _ respond: @escaping @Sendable (ScriptedExchange) -> Void,
        test: (ScriptedWorker) async throws -> Result
    ) async throws -> Result {
        let group = MultiThreadedEventLoopGroup.singleton
        let secrets = try tls.map { try NIOSSLContext(configuration: $0) }
        let server = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let secrets {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: secrets))
                    }
                    let requests = ByteToMessageHandler(HTTPRequestDecoder())
                    try channel.pipeline.syncOperations.addHandlers([requests, ExchangeHandler(respond)])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = server.localAddress?.port ?? 0
        let client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: HTTPWorker.configuration())
        do {
            let result = try await test(ScriptedWorker(address: "http://127.0.0.1:\(port)", client: client))
            try await client.shutdown()
            try await server.close()
            return result
        } catch {
            try? await client.shutdown()
            try? await server.close()
            throw error
        }
    }
}

/// A whole request, and the connection to answer on.
struct ScriptedExchange: Sendable {
    let method: String
    let path: String
    let headers: HTTPHeaders
    let body: [UInt8]
    /// What comes on a connection that sequences share: its request has no end.
    let commands: AsyncStream<SequenceCommand>
    private let channel: any Channel

    fileprivate init(
        _ head: HTTPRequestHead, body: [UInt8] = [], commands: AsyncStream<SequenceCommand> = AsyncStream { nil },
        channel: any Channel
    ) {
        self.commands = commands
        method = head.method.rawValue
        path = head.uri
        headers = head.headers
        self.body = body
        self.channel = channel
    }

    /// Is fulfilled when the connection has gone.
    var closed: EventLoopFuture<Void> { channel.closeFuture }

    /// Sends bytes as they are.
    func write(_ text: String) { write(Array(text.utf8)) }

    private func write(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

    func close() { channel.close(promise: nil) }

    /// A whole answer.
    func respond(_ status: Int = 200, _ body: String, headers: [String] = ["content-type: application/json"]) {
        let lines = ["HTTP/1.1 \(status) Words", "content-length: \(body.utf8.count)"] + headers
        write(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    /// The head of a stream of events that ends with the connection.
    func beginStream() {
        write("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    }

    /// A part of a stream's body.
    func writePart(_ text: String) { writePart(Array(text.utf8)) }

    func writePart(_ bytes: [UInt8]) {
        write(Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + Array("\r\n".utf8))
    }

    /// Takes the connection for one that sequences share, and says so.
    func beginSequences() {
        write(
            "HTTP/1.1 200 OK\r\ncontent-type: \(SequenceProtocol.contentType)\r\ntransfer-encoding: chunked\r\n\r\n")
        var frames = FrameWriter()
        frames.begin(.pulse)
        frames.end()
        writePart(frames.bytes)
    }

    /// A frame of news.
    func tell(_ news: [SequenceNews]) {
        var frames = FrameWriter()
        frames.begin(.news)
        for one in news { one.append(to: &frames) }
        frames.end()
        writePart(frames.bytes)
    }

    func endStream() { write("0\r\n\r\n") }
}

private final class ExchangeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let respond: @Sendable (ScriptedExchange) -> Void
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var splitter = FrameSplitter(limit: SequenceProtocol.maximumCommandBytes)
    private var commands: AsyncStream<SequenceCommand>.Continuation?

    init(_ respond: @escaping @Sendable (ScriptedExchange) -> Void) { self.respond = respond }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head) where head.uri == SequenceProtocol.path:
            let (stream, continuation) = AsyncStream<SequenceCommand>.makeStream()
            commands = continuation
            respond(ScriptedExchange(head, commands: stream, channel: context.channel))
        case .head(let head): self.head = head
        case .body(let part) where commands != nil: take(part)
        case .body(let part): body.append(contentsOf: part.readableBytesView)
        case .end:
            guard let head = head.take() else { return }
            respond(ScriptedExchange(head, body: body, channel: context.channel))
            body = []
        }
    }

    func channelInactive(context: ChannelHandlerContext) { commands?.finish() }

    private func take(_ part: ByteBuffer) {
        part.withUnsafeReadableBytes { bytes in
            do throws(FrameError) {
                try splitter.receive(bytes) { kind, payload throws(FrameError) in
                    commands?.yield(try SequenceCommand(kind, payload))
                }
            } catch {
                commands?.finish()
            }
        }
    }
}
