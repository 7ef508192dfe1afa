package import Ledger
package import Logging
package import OpenAI
import ServiceLifecycle
package import WebServer

/// The front door: OpenAI's API over HTTP in front of a worker.
///
/// Told to stop (graceful shutdown), it refuses new requests with 503 while it goes on listening, lets running
/// ones finish until the drain deadline, ends those left with an error that says so, and only then closes.
package final class GatewayServer: Service {
    private let http: HTTPServer
    private let running: RunningRequests
    private let upkeep: Upkeep

    /// - Parameters:
    ///   - ledger: admits and counts every request.
    ///   - registry: what `/metrics` shows; the engine records into the same one.
    ///   - fleet: what controllers may ask; nil for nothing.
    ///   - clock: measures keep-alives and deadlines of requests; tests put their own here.
    package init(
        worker: any Worker, ledger: Ledger, configuration: GatewayConfiguration, registry: PrometheusRegistry,
        logger: Logger, fleet: FleetFeed? = nil, clock: any Clock<Duration> = ContinuousClock()
    ) {
        registry.describe(MetricDescription.settlements)
        let metrics = HTTPMetrics(factory: registry)
        let accounting = Accounting(
            ledger: ledger,
            desk: SettlementDesk(
                ledger: ledger, clock: clock, logger: logger, metrics: SettlementMetrics(factory: registry)),
            worker: ServingWorker(id: worker.id, pool: configuration.pool), logger: logger)
        upkeep = Upkeep(
            accounting: accounting, worker: worker, startedMs: ledger.nowMs(), clock: clock, logger: logger)
        let routes = GatewayRoutes(
            worker: worker,
            access: Access(authenticator: Authenticator(ledger: ledger), isLoopback: configuration.isLoopback),
            accounting: accounting, configuration: configuration, registry: registry, metrics: metrics, clock: clock,
            fleet: fleet)
        running = routes.running
        http = HTTPServer(
            router: routes.router, running: running,
            settings: ServerSettings(
                address: configuration.address, limits: configuration.limits, tls: configuration.tls), metrics: metrics,
            logger: logger, clock: clock)
    }

    /// The port that the server listens on; waits until it does.
    /// - Throws: what ended the server before.
    package var boundPort: Int {
        get async throws { try await http.boundPort }
    }

    /// Requests that are being served.
    package var numRunning: Int { running.count }

    /// Serves until it is told to stop or cancelled.
    package func run() async throws {
        let keeping = Task.detached { [upkeep] in await upkeep.run() }
        let end: Result<Void, any Error>
        do { end = .success(try await http.run()) } catch { end = .failure(error) }
        keeping.cancel()
        await keeping.value
        await upkeep.finish()
        try end.get()
    }
}
