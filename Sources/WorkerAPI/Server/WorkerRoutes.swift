import Hummingbird
import Logging
import OpenAI
import WebServer

/// The paths of the worker protocol and what serves them.
struct WorkerRoutes: Sendable {
    let worker: any EngineWorker
    let configuration: WorkerConfiguration
    let running: RunningRequests
    let board: LoadBoard
    let sessions: OpenSessions
    let registry: PrometheusRegistry
    let metrics: HTTPMetrics
    let clock: any Clock<Duration>
    let logger: Logger

    var router: Router<WebContext> {
        let table = RouteTable(metrics: metrics)
        let status = StatusRoutes(worker: worker, running: running, registry: registry)
        let bodies = BodyReader(limits: configuration.server.limits, clock: clock)
        let description = DescriptionRoutes(worker: worker)
        let tokenize = TokenizeRoute(worker: worker, bodies: bodies)
        let load = LoadRoute(board: board)
        let drain = DrainRoute(
            bodies: bodies, announce: { [board] in await board.publish() },
            desk: DrainDesk(Drain(running: running, clock: clock, logger: logger)),
            defaultDeadline: configuration.server.limits.drainDeadline)
        let starts = GenerationStart(worker: worker, board: board)
        let sequences = SequenceRoute(
            starts: starts, running: running, sessions: sessions, bodies: bodies,
            keepAliveInterval: configuration.server.limits.keepAliveInterval, clock: clock)
        let generation = GenerationRoute(
            starts: starts, bodies: bodies, running: running,
            systemFingerprint: configuration.systemFingerprint,
            keepAliveInterval: configuration.server.limits.keepAliveInterval, clock: clock)
        table.get("/health") { _, _ in try await status.health() }
        table.get("/metrics", configuration.guarded { _, _ in status.metrics() })
        table.get("/v1/models", configuration.guarded { _, _ in await description.models() })
        table.get("/gleaner/worker", configuration.guarded { _, _ in await description.worker() })
        table.get("/gleaner/load", configuration.guarded { try await load.follow($0, context: $1) })
        table.post(SequenceProtocol.path, configuration.guarded { try await sequences.respond(to: $0, context: $1) })
        table.post("/v1/completions", configuration.guarded { try await generation.complete($0, context: $1) })
        table.post("/v1/chat/completions", configuration.guarded { try await generation.chat($0, context: $1) })
        table.post("/tokenize", configuration.guarded { request, _ in try await tokenize.respond(to: request) })
        table.post("/drain", configuration.guarded { request, _ in try await drain.respond(to: request) })
        return table.router
    }
}

extension WorkerConfiguration {
    /// The same handler for those who show the token.
    func guarded(_ handler: @escaping RouteTable.Handler) -> RouteTable.Handler {
        guard let token else { return handler }
        return { request, context in
            try token.check(request)
            return try await handler(request, context)
        }
    }
}
