import Hummingbird
package import Logging
import NIOCore
import OpenAI
import ServiceLifecycle
package import WebServer

/// The HTTP face of an engine that knows nothing of us: its own interface, behind a worker's token and certificates, with
/// a worker's way to be drained. Gateways find out what engine it is as they do for one that they are given by address.
///
/// Paths of the engine that are no requests for text, such as those that load adapters, are not there.
package final class RelayServer: Service {
    private let http: HTTPServer
    private let running: RunningRequests

    private static let questions = ["/v1/models", "/props", "/version", "/get_server_info"]
    private static let work = [
        "/v1/completions", "/v1/chat/completions", "/tokenize", "/detokenize", "/apply-template",
    ]

    /// - Parameters:
    ///   - registry: where the requests to this server are counted.
    ///   - numStarts: how often the engine was started, for the metrics.
    package init(
        _ relay: EngineRelay, configuration: WorkerConfiguration, registry: PrometheusRegistry,
        numStarts: @escaping @Sendable () -> Int, logger: Logger, clock: any Clock<Duration> = ContinuousClock()
    ) {
        let metrics = HTTPMetrics(factory: registry)
        let running = RunningRequests(refusal: .draining)
        let bodies = BodyReader(limits: configuration.server.limits, clock: clock)
        let route = RelayRoute(relay: relay, bodies: bodies, running: running)
        let drain = DrainRoute(
            bodies: bodies, announce: {}, desk: DrainDesk(Drain(running: running, clock: clock, logger: logger)),
            defaultDeadline: configuration.server.limits.drainDeadline)
        let status = RelayStatus(relay: relay, running: running, registry: registry, numStarts: numStarts)
        let table = RouteTable(metrics: metrics)
        table.get("/health") { _, _ in try status.health() }
        table.get("/metrics", configuration.guarded { _, _ in try await status.metrics() })
        for path in Self.questions { table.get(path, configuration.guarded { try await route.get($0, context: $1) }) }
        for path in Self.work { table.post(path, configuration.guarded { try await route.post($0, context: $1) }) }
        table.post("/drain", configuration.guarded { request, _ in try await drain.respond(to: request) })
        self.running = running
        http = HTTPServer(
            router: table.router, running: running, settings: configuration.server, metrics: metrics, logger: logger,
            clock: clock)
    }

    /// The port that the server listens on; waits until it does.
    /// - Throws: what ended the server before.
    package var boundPort: Int {
        get async throws { try await http.boundPort }
    }

    /// Serves until it is told to stop or cancelled.
    package func run() async throws { try await http.run() }
}

/// What is asked about a relayed engine's state.
private struct RelayStatus: Sendable {
    let relay: EngineRelay
    let running: RunningRequests
    let registry: PrometheusRegistry
    let numStarts: @Sendable () -> Int

    func health() throws(APIError) -> Response {
        guard !running.isDraining else { throw running.refusal }
        guard relay.isReady() else { throw EngineRelay.unreachable }
        return .json(Array(#"{"status":"ok"}"#.utf8))
    }

    /// The engine's metrics and ours. A gateway that reads `gleaner:draining` gives the worker nothing new.
    func metrics() async throws(APIError) -> Response {
        var text = try await relay.metrics() ?? ByteBuffer()
        if !text.readableBytesView.isEmpty, text.readableBytesView.last != 0x0A { text.writeString("\n") }
        text.writeString(
            """
            # HELP gleaner:draining 1 while this worker takes nothing new.
            # TYPE gleaner:draining gauge
            gleaner:draining \(running.isDraining ? 1 : 0)
            # HELP gleaner:engine_starts_total How often the engine was started.
            # TYPE gleaner:engine_starts_total counter
            gleaner:engine_starts_total \(numStarts())

            """)
        text.writeString(registry.text())
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: text))
    }
}
