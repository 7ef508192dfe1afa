import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// A real HTTP server on a free port of the loopback interface that answers as a test tells it to, faults
/// included.
package struct ScriptedServer: Sendable {
    /// `http://127.0.0.1:PORT`.
    package let address: String
    private let log: RequestLog

    /// Every request so far, in the order of arrival.
    package var requests: [ScriptedRequest] { log.requests }

    /// Runs a server for as long as `test` takes.
    ///
    /// - Parameter respond: makes the answer to one request; called from several tasks at once.
    package static func run<Result: Sendable>(
        _ respond: @escaping @Sendable (ScriptedRequest) async throws -> ScriptedResponse,
        test: @escaping @Sendable (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let log = RequestLog()
        let (ports, started) = AsyncStream<Int>.makeStream()
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            let scripted = try await ScriptedRequest(request)
            log.add(scripted)
            return try await respond(scripted).response
        }
        var logger = Logger(label: "ScriptedServer")
        logger.logLevel = .critical
        let server = Application(
            responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { started.yield($0.localAddress?.port ?? 0) }, logger: logger)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try? await server.run()
                return nil
            }
            group.addTask {
                let port = await ports.first { _ in true } ?? 0
                return try await test(ScriptedServer(address: "http://127.0.0.1:\(port)", log: log))
            }
            defer { group.cancelAll() }
            for try await case let result? in group { return result }
            throw CancellationError()
        }
    }
}

private final class RequestLog: Sendable {
    private let state = Mutex<[ScriptedRequest]>([])

    var requests: [ScriptedRequest] { state.withLock { $0 } }

    func add(_ request: ScriptedRequest) { state.withLock { $0.append(request) } }
}

/// A request as it arrived.
package struct ScriptedRequest: Sendable {
    package let method: String
    /// With the query.
    package let path: String
    /// What the client calls us: host and port.
    package let host: String
    package let body: [UInt8]
    private let headers: HTTPFields

    fileprivate init(_ request: Request) async throws {
        method = request.method.rawValue
        path = request.head.path ?? ""
        host = request.head.authority ?? ""
        headers = request.headers
        body = Array(try await request.body.collect(upTo: 64 << 20).readableBytesView)
    }

    package func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

    /// The first byte that the `Range` header asks for; nil without one.
    package var rangeStart: Int? {
        header("Range").flatMap { $0.hasPrefix("bytes=") ? Int($0.dropFirst(6).split(separator: "-")[0]) : nil }
    }
}

/// What to answer, or how to fail.
package struct ScriptedResponse: Sendable {
    /// What happens after the pieces of the body.
    package enum Ending: Sendable {
        case complete
        /// The connection is closed in the middle of the body.
        case cut
        /// Nothing more comes until the client goes away.
        case stall
    }

    package var status: Int
    package var headers: [(String, String)]
    /// Each is written, and flushed, on its own.
    package var pieces: [[UInt8]]
    package var ending = Ending.complete

    package init(
        _ status: Int, headers: [(String, String)] = [], pieces: [[UInt8]] = [], ending: Ending = .complete
    ) {
        self.status = status
        self.headers = headers
        self.pieces = pieces
        self.ending = ending
    }

    package init(_ status: Int = 200, headers: [(String, String)] = [], text: String) {
        self.init(status, headers: headers, pieces: [Array(text.utf8)])
    }

    fileprivate struct Cut: Error {}

    fileprivate var response: Response {
        var fields = HTTPFields()
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        let (pieces, ending) = (pieces, ending)
        let body = ResponseBody { writer in
            for piece in pieces { try await writer.write(ByteBuffer(bytes: piece)) }
            switch ending {
            case .complete: try await writer.finish(nil)
            case .cut: throw Cut()
            case .stall: try await Task.sleep(for: .seconds(600))
            }
        }
        return Response(status: .init(code: status), headers: fields, body: body)
    }
}
