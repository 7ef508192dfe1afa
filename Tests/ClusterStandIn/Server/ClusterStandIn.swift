import JSON
package import Kubernetes
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A cluster for tests: an API server on the loopback that our real client talks to, with a scheduler and kubelets on
/// a clock that only the test moves.
package final class ClusterStandIn: Sendable {
    let state: Mutex<StandInState>
    let clock: VirtualClock
    private let listener = Mutex<(any Channel)?>(nil)
    private let clients = Mutex<[KubernetesClient]>([])
    private let port = Mutex(0)
    private let pieceBytes: Int?

    /// When the cluster's time begins.
    package static let start = Timestamp("2026-11-21T06:00:00Z") ?? Timestamp(microseconds: 0)

    private init(_ rules: APIRules, pieceBytes: Int?) {
        clock = VirtualClock(Self.start)
        state = Mutex(StandInState(ControlPlane(now: Self.start, rules: rules)))
        self.pieceBytes = pieceBytes
    }

    /// A cluster for the time of `body`.
    ///
    /// - Parameter pieceBytes: watches are written in pieces of so many bytes, whatever they cut through.
    @discardableResult
    package static func run<Value: Sendable>(
        _ rules: APIRules = APIRules(), pieceBytes: Int? = nil,
        _ body: (ClusterStandIn) async throws -> Value
    ) async throws -> Value {
        let cluster = ClusterStandIn(rules, pieceBytes: pieceBytes)
        try await cluster.listen()
        let result: Result<Value, any Error>
        do { result = .success(try await body(cluster)) } catch { result = .failure(error) }
        for client in cluster.clients.withLock({ $0 }) { await client.shutdown() }
        try await cluster.stop()
        return try result.get()
    }

    // MARK: Clients

    /// How to reach it.
    package var access: ClusterAccess {
        get throws { try access(token: nil) }
    }

    package func access(token: String?) throws -> ClusterAccess {
        let server = try ServerAddress("http://127.0.0.1:\(port.withLock { $0 })")
        return ClusterAccess(
            server, namespace: "gleaner", origin: "the stand-in", token: token.map { .bytes(Array($0.utf8)) })
    }

    /// A client, which ends with the cluster.
    ///
    /// - Parameter time: nil = deadlines never come and pauses are over at once.
    package func client(
        time: TimeSource? = nil, limits: ClientLimits? = nil, token: String? = nil
    ) throws -> KubernetesClient {
        let client = KubernetesClient(
            try access(token: token), time: time ?? patientTime, limits: limits ?? Self.patientLimits,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        clients.withLock { $0.append(client) }
        return client
    }

    /// The cluster's time: who sleeps is woken by `advance`.
    package var time: TimeSource {
        let clock = clock
        return TimeSource(
            monotonic: { clock.elapsed }, wall: { clock.now }, sleep: { try await clock.sleep(for: $0) },
            chance: { 0.5 })
    }

    /// The cluster's time for one who has none to lose: pauses are over at once, and deadlines, which are an hour away
    /// under `patientLimits`, never come.
    package var patientTime: TimeSource {
        let clock = clock
        return TimeSource(
            monotonic: { clock.elapsed }, wall: { clock.now },
            sleep: { duration in
                guard duration >= .seconds(600) else { return await Task.yield() }
                try await VirtualClock(clock.now).sleep(for: duration)
            }, chance: { 0.5 })
    }

    package static let patientLimits: ClientLimits = {
        var limits = ClientLimits()
        (limits.request, limits.page, limits.silence) = (.seconds(3600), .seconds(3600), .seconds(7200))
        return limits
    }()

    // MARK: The network

    /// Where no client's own end of a connection can be: the port must be free again after a restart.
    private static let ports = 20_000..<32_000

    private func listen() async throws {
        let known = port.withLock { $0 }
        let server = known > 0 ? try await bind(known) : try await bindAnywhere()
        port.withLock { $0 = server.localAddress?.port ?? 0 }
        listener.withLock { $0 = server }
    }

    private func bindAnywhere() async throws -> any Channel {
        for _ in 0..<100 { if let server = try? await bind(Int.random(in: Self.ports)) { return server } }
        return try await bind(0)
    }

    private func bind(_ port: Int) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture { try accept(channel) }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }

    private func accept(_ channel: any Channel) throws {
        let connection = Connection(channel: channel, pieceBytes: pieceBytes)
        state.withLock { $0.open(connection) }
        let handler = RequestHandler(
            deliver: { request in self.state.withLock { $0.serve(request, on: connection) } },
            closed: { self.state.withLock { $0.close(connection) } })
        try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    /// Breaks all connections.
    package func cutConnections() { state.withLock { $0.cutAll() } }

    /// Nobody can connect any more; the state stays.
    package func stop() async throws {
        let server = listener.withLock { $0.take() }
        try await server?.close()
        cutConnections()
    }

    /// Listens again where it did before.
    package func start() async throws { try await listen() }

    /// Stops and starts the server.
    ///
    /// - Parameter forgetting: what happened before is forgotten, as by a server whose cache is empty.
    package func restart(forgetting: Bool = false) async throws {
        try await stop()
        if forgetting { compact() }
        try await start()
    }

    /// What goes wrong with which requests; nil = nothing.
    package func setFault(_ fault: (@Sendable (StandInRequest) -> StandInFault?)?) {
        state.withLock { $0.fault = fault }
    }

    /// How many requests have come.
    package var requestCount: Int { state.withLock { $0.requestCount } }

    /// How many watches are open.
    package var watchCount: Int { state.withLock { $0.watchCount } }
}
