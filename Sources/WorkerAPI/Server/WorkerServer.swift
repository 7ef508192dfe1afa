package import Logging
package import OpenAI
import ServiceLifecycle
package import WebServer

/// A worker's HTTP face: the worker protocol, for the gateways that send it sequences, and the plain API beside it.
///
/// Told to stop (graceful shutdown) or to drain (`POST /drain`), it refuses new requests, lets running sequences go on
/// until the deadline, and ends the rest with the error `draining`, which tells gateways to go on elsewhere.
package final class WorkerServer: Service {
    private let http: HTTPServer
    private let running: RunningRequests
    private let board: LoadBoard

    /// - Parameters:
    ///   - registry: what `/metrics` shows; the engine records into the same one.
    ///   - clock: measures heartbeats and deadlines; tests put their own here.
    package init(
        worker: any EngineWorker, configuration: WorkerConfiguration, registry: PrometheusRegistry, logger: Logger,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        let metrics = HTTPMetrics(factory: registry)
        let running = RunningRequests(refusal: .draining)
        let board = LoadBoard(worker: worker, running: running, clock: clock)
        let sessions = OpenSessions()
        let routes = WorkerRoutes(
            worker: worker, configuration: configuration, running: running, board: board, sessions: sessions,
            registry: registry, metrics: metrics, clock: clock, logger: logger)
        self.running = running
        self.board = board
        http = HTTPServer(
            router: routes.router, running: running, settings: configuration.server, metrics: metrics, logger: logger,
            clock: clock,
            onDrained: {
                board.close()
                sessions.close()
            })
    }

    /// The port that the server listens on; waits until it does.
    /// - Throws: what ended the server before.
    package var boundPort: Int {
        get async throws { try await http.boundPort }
    }

    /// Sequences that are being served.
    package var numRunning: Int { running.count }

    /// Serves until it is told to stop or cancelled.
    package func run() async throws {
        await board.open()
        // Gateways follow the load while the server drains, so the signal to stop does not reach this.
        let reporting = Task.detached { [board] in await board.run() }
        defer {
            reporting.cancel()
            board.close()
        }
        try await http.run()
    }
}

extension APIError {
    /// 503: what the worker does not finish can go on elsewhere.
    static let draining = APIError(
        status: 503, message: "The worker is draining; go on elsewhere.", type: "server_error", code: "draining",
        retryAfterSeconds: 1)
}
