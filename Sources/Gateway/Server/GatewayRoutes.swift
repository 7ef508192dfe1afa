import Hummingbird
import Ledger
import OpenAI
import WebServer

/// The paths of the API and what serves them.
struct GatewayRoutes: Sendable {
    let worker: any Worker
    let access: Access
    let accounting: Accounting
    let configuration: GatewayConfiguration
    let registry: PrometheusRegistry
    let metrics: HTTPMetrics
    let clock: any Clock<Duration>
    /// Nil: controllers are told nothing, and the path is none.
    let fleet: FleetFeed?
    let running = RunningRequests()

    var router: Router<WebContext> {
        let table = RouteTable(metrics: metrics)
        let status = StatusRoutes(worker: worker, running: running, registry: registry)
        let models = ModelRoutes(worker: worker, access: access)
        let requests = RequestRoute(worker: worker, access: access)
        let organization = OrganizationRoutes(ledger: accounting.ledger, access: access)
        let bodies = BodyReader(limits: configuration.limits, clock: clock)
        let replays = Replays(store: IdempotencyStore(accounting.ledger), clock: clock)
        let billing = BillingRoute(ledger: accounting.ledger, access: access, replays: replays, bodies: bodies)
        let chat = completions(.chatCompletions, bodies, replays)
        let text = completions(.completions, bodies, replays)
        table.post("/v1/chat/completions") { try await chat.respond(to: $0, context: $1) }
        table.post("/v1/completions") { try await text.respond(to: $0, context: $1) }
        table.get("/v1/models") { request, _ in try await models.list(request) }
        table.get("/v1/models/**") { try await models.model($1.parameters.getCatchAll().joined(separator: "/"), $0) }
        table.get("/v1/requests/:id") { request, context in
            try await requests.respond(context.parameters.get("id") ?? "", request)
        }
        table.get("/v1/organization/usage/completions") { request, _ in try await organization.usage(request) }
        table.get("/v1/organization/costs") { request, _ in try await organization.costs(request) }
        table.post("/v1/billing/requests") { try await billing.respond(to: $0, context: $1) }
        if let fleet {
            let route = FleetRoute(feed: fleet, access: access)
            table.get("/internal/v1/fleet") { request, _ in try await route.respond(to: request) }
        }
        table.get("/health") { _, _ in try await status.health() }
        table.get("/ready") { _, _ in try status.ready() }
        table.get("/metrics") { _, _ in status.metrics() }
        return table.router
    }

    private func completions(_ endpoint: Endpoint, _ bodies: BodyReader, _ replays: Replays) -> CompletionRoute {
        CompletionRoute(
            endpoint: endpoint, worker: worker, access: access, accounting: accounting, replays: replays,
            bodies: bodies, running: running, systemFingerprint: configuration.systemFingerprint,
            keepAliveInterval: configuration.limits.keepAliveInterval, clock: clock)
    }
}
