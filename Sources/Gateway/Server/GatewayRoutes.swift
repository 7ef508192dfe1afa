import Hummingbird
import OpenAI

/// The paths of the API and what serves them.
struct GatewayRoutes: Sendable {
    let worker: any Worker
    let configuration: GatewayConfiguration
    let registry: PrometheusRegistry
    let metrics: HTTPMetrics
    let clock: any Clock<Duration>
    let running = RunningRequests()

    var router: Router<GatewayContext> {
        let table = RouteTable(observing: ObservingMiddleware(metrics: metrics))
        let status = StatusRoutes(worker: worker, running: running, registry: registry)
        let chat = completions(.chatCompletions)
        let text = completions(.completions)
        table.post("/v1/chat/completions") { try await chat.respond(to: $0, context: $1) }
        table.post("/v1/completions") { try await text.respond(to: $0, context: $1) }
        table.get("/v1/models") { _, _ in await status.models() }
        table.get("/v1/models/**") { try await status.model($1.parameters.getCatchAll().joined(separator: "/")) }
        table.get("/health") { _, _ in try await status.health() }
        table.get("/metrics") { _, _ in status.metrics() }
        return table.router
    }

    private func completions(_ endpoint: Endpoint) -> CompletionRoute {
        let limits = configuration.limits
        return CompletionRoute(
            endpoint: endpoint, worker: worker,
            bodies: BodyReader(
                limit: limits.bodyBytes, deadline: limits.bodyDeadline,
                budget: BodyBudget(limit: limits.bodyBytesInFlight), clock: clock),
            running: running, systemFingerprint: configuration.systemFingerprint,
            keepAliveInterval: limits.keepAliveInterval)
    }
}
