import Hummingbird
import InMemoryTracing
import Logging
import OpenAI
import ServiceLifecycle
import WebServer
import WebTestSupport

/// A server of a few routes on a free port of this machine.
struct TestHTTPServer: Sendable {
    let port: Int
    let tracer: InMemoryTracer

    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// The server runs as a service that is told to stop when `body` has returned.
    private struct Running: Service {
        let server: HTTPServer
        func run() async throws { try await server.run() }
    }

    static func running<Value: Sendable>(
        tls: ServerTLS? = nil, _ body: @Sendable (TestHTTPServer) async throws -> Value
    ) async throws -> Value {
        let (metrics, tracer) = (HTTPMetrics(factory: PrometheusRegistry()), InMemoryTracer())
        let table = RouteTable(metrics: metrics, tracer: tracer)
        table.get("/hello/{name}") { _, context in .json(Array("\"\(context.requestID)\"".utf8)) }
        table.get("/broken") { _, _ in throw APIError.internalFailure }
        table.get("/stream") { _, _ in
            .eventStream { writer in
                try await writer.write(ByteBuffer(string: "data: 1\n\n"))
                try await writer.finish(nil)
            }
        }
        let server = HTTPServer(
            router: table.router, running: RunningRequests(),
            settings: ServerSettings(address: ListenAddress(host: "127.0.0.1", port: 0), tls: tls), metrics: metrics,
            logger: quiet, clock: ContinuousClock())
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [Running(server: server)], logger: quiet))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let value = try await body(
                TestHTTPServer(port: try await server.boundPort, tracer: tracer))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return value
        }
    }

    func get(_ path: String, headers: String = "") async throws -> HTTPAnswer {
        try await Client.connected(to: port) { client in
            try await client.get(path, headers: headers)
            return try await client.response()
        }
    }
}
