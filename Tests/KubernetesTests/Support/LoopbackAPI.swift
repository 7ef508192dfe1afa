import Foundation
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import WebTestSupport

/// A server on the loopback that says to each request what a test wants, to the byte.
struct LoopbackAPI: Sendable {
    struct Request: Sendable {
        let method: String
        let uri: String
        let headers: HTTPHeaders
        let body: [UInt8]

        var path: String { String(uri.prefix { $0 != "?" }) }

        var query: [String: String] {
            var query: [String: String] = [:]
            for item in uri.drop(while: { $0 != "?" }).dropFirst().split(separator: "&") {
                let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                query[String(parts[0])] = parts.count > 1 ? String(parts[1]).removingPercentEncoding ?? "" : ""
            }
            return query
        }

        var json: JSON? { try? JSON.parse(body) }
        var isWatch: Bool { query["watch"] == "true" }
    }

    /// What one connection is answered with.
    struct Answer: Sendable {
        fileprivate let channel: any Channel

        /// A whole answer.
        func send(_ code: Int, headers: [(String, String)] = [], _ body: [UInt8]) {
            write(head(code, headers + [("content-length", String(body.count))]) + body)
        }

        func send(_ code: Int, headers: [(String, String)] = [], _ body: JSON) {
            send(code, headers: headers + [("content-type", "application/json")], Array(body.serialized().utf8))
        }

        /// An answer that goes on.
        func begin(_ code: Int = 200) {
            write(head(code, [("transfer-encoding", "chunked"), ("content-type", "application/json")]))
        }

        func chunk(_ bytes: [UInt8]) {
            if !bytes.isEmpty {
                write(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8))
            }
        }

        func chunk(_ json: JSON) { chunk(Array((json.serialized() + "\n").utf8)) }

        func end() { write(Array("0\r\n\r\n".utf8)) }

        /// Breaks the connection.
        func cut() { channel.close(promise: nil) }

        private func head(_ code: Int, _ headers: [(String, String)]) -> [UInt8] {
            Array("HTTP/1.1 \(code) X\r\n\(headers.map { "\($0): \($1)\r\n" }.joined())\r\n".utf8)
        }

        private func write(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
    }

    let port: Int
    /// Every request, in the order of their coming.
    let requests: Inbox<Request>

    var address: String { "http://127.0.0.1:\(port)" }

    /// - Parameter answer: is called on the connection's event loop.
    static func run<Value: Sendable>(
        tls: NIOSSLContext? = nil, answer: @escaping @Sendable (Request, Answer) -> Void,
        _ body: (LoopbackAPI) async throws -> Value
    ) async throws -> Value {
        let requests = Inbox<Request>()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                    try pipeline.addHandler(
                        Handler { request in
                            requests.put(request)
                            answer(request, Answer(channel: channel))
                        })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(LoopbackAPI(port: server.localAddress?.port ?? 0, requests: requests)))
        } catch { result = .failure(error) }
        try await server.close()
        return try result.get()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart

        private let deliver: (Request) -> Void
        private var head: HTTPRequestHead?
        private var body: [UInt8] = []

        init(_ deliver: @escaping (Request) -> Void) { self.deliver = deliver }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): (self.head, body) = (head, [])
            case .body(let part): body.append(contentsOf: part.readableBytesView)
            case .end:
                guard let head else { return }
                deliver(Request(method: head.method.rawValue, uri: head.uri, headers: head.headers, body: body))
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
