import Hummingbird
import HummingbirdCore
package import Ledger
package import Logging
import NIOCore
package import OpenAI
import ServiceLifecycle

/// The front door: OpenAI's API over HTTP in front of a worker.
///
/// Told to stop (graceful shutdown), it refuses new requests with 503 while it goes on listening, lets running
/// ones finish until the drain deadline, ends those left with an error that says so, and only then closes.
package final class GatewayServer: Service {
    private let configuration: GatewayConfiguration
    private let routes: GatewayRoutes
    private let upkeep: Upkeep
    private let connections: ConnectionCount
    private let logger: Logger
    private let port = OneShot<Int>()

    /// Connections beyond the limit that are accepted only to be told so; still others wait to be accepted.
    private static let refusals = 128

    /// - Parameters:
    ///   - ledger: admits and counts every request.
    ///   - registry: what `/metrics` shows; the engine records into the same one.
    ///   - clock: measures keep-alives and deadlines of requests; tests put their own here.
    package init(
        worker: any Worker, ledger: Ledger, configuration: GatewayConfiguration, registry: PrometheusRegistry,
        logger: Logger, clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.configuration = configuration
        self.logger = logger
        let metrics = HTTPMetrics(factory: registry)
        connections = ConnectionCount(limit: configuration.limits.connections, metrics: metrics)
        let accounting = Accounting(
            ledger: ledger,
            desk: SettlementDesk(
                ledger: ledger, clock: clock, logger: logger, metrics: SettlementMetrics(factory: registry)),
            worker: ServingWorker(id: worker.id, pool: configuration.pool), logger: logger)
        upkeep = Upkeep(
            accounting: accounting, worker: worker, startedMs: ledger.nowMs(), clock: clock, logger: logger)
        routes = GatewayRoutes(
            worker: worker,
            access: Access(authenticator: Authenticator(ledger: ledger), isLoopback: configuration.isLoopback),
            accounting: accounting, configuration: configuration, registry: registry, metrics: metrics, clock: clock)
    }

    /// The port that the server listens on; waits until it does.
    /// - Throws: what ended the server before.
    package var boundPort: Int {
        get async throws { try await port.value }
    }

    /// Requests that are being served.
    package var numRunning: Int { routes.running.count }

    /// Serves until it is told to stop or cancelled.
    package func run() async throws {
        raiseOpenFileLimit()
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [application()], logger: logger))
        // The listener must outlive the signal to stop, so it runs where the signal does not reach it.
        let listening = Task.detached { try await group.run() }
        let drain = Drain(running: routes.running, limits: configuration.limits, clock: routes.clock, logger: logger)
        let keeping = Task.detached { [upkeep] in await upkeep.run() }
        do {
            try await drain.run(listening, group: group)
            await finish(keeping)
        } catch {
            await finish(keeping)
            let refusal = GatewayError(error, host: configuration.host, port: configuration.port) ?? error
            port.set(.failure(refusal))
            throw refusal
        }
        port.set(.failure(GatewayError.stoppedBeforeListening))
    }

    private func finish(_ keeping: Task<Void, Never>) async {
        keeping.cancel()
        await keeping.value
        await upkeep.finish()
    }

    private func application() -> some ApplicationProtocol {
        Application(
            router: routes.router,
            server: .http1(configuration: channelConfiguration()),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(
                    configuration.limits.connections + Self.refusals, logger: logger)),
            onServerRunning: { [port] channel in
                port.set(.success(channel.localAddress?.port ?? 0))
            },
            logger: logger)
    }

    private func channelConfiguration() -> HTTP1Channel.Configuration {
        let limits = configuration.limits
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                ClientPresence(), ConnectionEnd(count: self.connections),
                ConnectionDeadlines(
                    // A quarter more than the reader of the body allows, so that its refusal comes first.
                    requestDeadline: TimeAmount(limits.bodyDeadline * 1.25),
                    stalledReaderTimeout: TimeAmount(limits.stalledReaderTimeout)),
                ContinueHandler(bodyLimit: limits.bodyBytes),
            ],
            idleTimeout: TimeAmount(limits.idleTimeout),
            httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes, maxHeaderFieldCount: 100)
        )
    }

    private func raiseOpenFileLimit() {
        // Room beside the connections: model files, the log, the listener.
        let connections = configuration.limits.connections + Self.refusals
        let wanted = connections + 256
        let limit = OpenFileLimit.raise(to: wanted)
        if limit < wanted {
            logger.warning(
                "the system allows \(limit) open files; raise the limit (ulimit -n) to serve \(connections) connections"
            )
        }
    }
}
