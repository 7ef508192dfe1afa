import AsyncHTTPClient
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import WebServer
import WebTestSupport
import WorkerAPI

/// A server that answers as a test tells it, and a relay in front of it.
final class FakeEngine: Sendable {
    /// Bodies of the requests for text.
    let requests = Inbox<String>()
    /// What its stream writes next; nil ends the answer, an empty text cuts the connection.
    let pieces = Inbox<String?>()
    /// Says "gone" for each client that went before its answer was complete.
    let departures = Inbox<String>()
    let isReady = Atomic(true)

    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let limits = ServerSettings(address: ListenAddress(host: "127.0.0.1", port: 0))

    /// Runs the engine and the relay, and a client of the relay's.
    func running(token: String? = nil, _ body: @Sendable (_ port: Int) async throws -> Void) async throws {
        let engine = HTTPServer(
            router: router, running: RunningRequests(), settings: Self.limits,
            metrics: HTTPMetrics(factory: PrometheusRegistry()), logger: Self.quiet, clock: ContinuousClock())
        try await Self.running(engine.run) { [self] in
            let client = HTTPClient(eventLoopGroupProvider: .singleton)
            do {
                let relay = EngineRelay(address: "http://127.0.0.1:\(try await engine.boundPort)", client: client) {
                    self.isReady.load(ordering: .relaxed)
                }
                let server = RelayServer(
                    relay,
                    configuration: WorkerConfiguration(server: Self.limits, token: token.flatMap { BearerToken($0) }),
                    registry: PrometheusRegistry(), numStarts: { 3 }, logger: Self.quiet)
                try await Self.running(server.run) { try await body(try await server.boundPort) }
            } catch {
                try await client.shutdown()
                throw error
            }
            try await client.shutdown()
        }
    }

    private static func running(
        _ serve: @escaping @Sendable () async throws -> Void, _ body: () async throws -> Void
    ) async throws {
        let serving = Task { try await serve() }
        defer { serving.cancel() }
        try await body()
    }

    private var router: Router<WebContext> {
        let table = RouteTable(metrics: HTTPMetrics(factory: PrometheusRegistry()))
        table.get("/v1/models") { _, _ in .json(Array(#"{"data":[{"id":"m"}]}"#.utf8)) }
        table.get("/metrics") { _, _ in .json(Array("engine_metric 1".utf8)) }
        table.post("/tokenize") { _, _ in .json(Array(#"{"error":"no"}"#.utf8), status: .badRequest) }
        table.post("/v1/completions") { [self] request, context in
            let body = try await request.body.collect(upTo: 1 << 20)
            requests.put(String(buffer: body))
            await context.onClientGone { [departures] in departures.put("gone") }
            return .eventStream { [pieces] writer in
                while let piece = await pieces.next(), let text = piece {
                    if text.isEmpty { return context.hangUp() }
                    try await writer.write(ByteBuffer(string: text))
                }
                try await writer.finish(nil)
            }
        }
        return table.router
    }
}
