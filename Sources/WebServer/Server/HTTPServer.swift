package import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle

/// Listens, and serves what a router says within the limits.
///
/// Told to stop (graceful shutdown), it refuses new requests with 503 while it goes on listening, lets running
/// ones finish until the drain deadline, ends those left with an error that says so, and only then closes.
package final class HTTPServer: Sendable {
    private let responder: RouterResponder<WebContext>
    private let running: RunningRequests
    private let settings: ServerSettings
    private let connections: ConnectionCount
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let onDrained: @Sendable () -> Void
    /// What the system allows.
    private let openFiles: Int
    private let maximumConnections: Int
    private let port = OneShot<Int>()

    /// How long the listener may take to close once no request runs.
    private static let closingDeadline = Duration.seconds(5)

    /// - Parameters:
    ///   - running: where the routes count the requests that a stop waits for.
    ///   - clock: measures the deadlines of requests; tests put their own here.
    ///   - onDrained: ends what streams without being counted in `running`.
    package init(
        router: Router<WebContext>, running: RunningRequests, settings: ServerSettings, metrics: HTTPMetrics,
        logger: Logger, clock: any Clock<Duration>, onDrained: @escaping @Sendable () -> Void = {}
    ) {
        responder = router.buildResponder()
        self.running = running
        self.settings = settings
        (openFiles, maximumConnections) = OpenFileLimit.raise(for: settings.limits)
        connections = ConnectionCount(limit: maximumConnections, metrics: metrics)
        self.logger = logger
        self.clock = clock
        self.onDrained = onDrained
    }

    /// The port that the server listens on; waits until it does.
    /// - Throws: what ended the server before.
    package var boundPort: Int {
        get async throws { try await port.value }
    }

    /// Serves until it is told to stop or cancelled.
    package func run() async throws {
        warnOfOpenFiles()
        do {
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(services: [try application()], logger: logger))
            // The listener must outlive the signal to stop, so it runs where the signal does not reach it.
            try await wait(for: Task.detached { try await group.run() }, group)
        } catch {
            let address = settings.address
            let refusal = ListenError(error, host: address.host, port: address.port) ?? error
            port.set(.failure(refusal))
            throw refusal
        }
        port.set(.failure(ListenError.stoppedBeforeListening))
    }

    /// Waits for the listener; drains and closes it when this task's service group shuts down.
    private func wait(for listening: Task<Void, any Error>, _ group: ServiceGroup) async throws {
        try await withTaskCancellationHandler {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    try await gracefulShutdown()
                    await self.drain()
                    await group.triggerGracefulShutdown()
                    try await self.clock.sleep(for: Self.closingDeadline)
                    listening.cancel()
                }
                defer { tasks.cancelAll() }
                try await listening.value
            }
        } onCancel: {
            listening.cancel()
        }
    }

    private func drain() async {
        let drain = Drain(running: running, clock: clock, logger: logger)
        await drain.run(deadline: settings.limits.drainDeadline)
        onDrained()
    }

    private func application() throws -> some ApplicationProtocol {
        let (address, plain) = (settings.address, HTTPServerBuilder.http1(configuration: channelConfiguration()))
        return Application(
            responder: responder,
            server: try settings.tls.map { try .tls(plain, tlsConfiguration: $0.configuration()) } ?? plain,
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(
                    maximumConnections + ServerLimits.refusals, logger: logger)),
            onServerRunning: { [port] channel in
                port.set(.success(channel.localAddress?.port ?? 0))
            },
            logger: logger)
    }

    private func channelConfiguration() -> HTTP1Channel.Configuration {
        let limits = settings.limits
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

    private func warnOfOpenFiles() {
        let wanted = settings.limits.connections
        guard maximumConnections < wanted else { return }
        logger.warning(
            """
            the system allows \(openFiles) open files, so \(maximumConnections) connections are served; \
            raise the limit (ulimit -n) to \(settings.limits.files) to serve \(wanted)
            """)
    }
}
