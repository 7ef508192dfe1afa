import AsyncHTTPClient
import Fleet
import Foundation
import Gateway
import Kubernetes
import Ledger
import OpenAI
import Options
import ServiceLifecycle
import WebServer

/// A gateway's fleet while the process runs: it stops after the front door has let its streams finish.
struct FleetService: Service {
    let worker: FleetWorker
    private let client: HTTPClient
    private let discovery: PodDiscovery?
    private let offers: ModelOffers?
    private let token: BearerToken?

    /// How long a new gateway waits for the first worker to say what it has; it only wants to greet with a name.
    private static let patienceSeconds = 3.0

    init(
        _ places: [WorkerPlace], _ start: ServerStart, _ limits: ServerLimits, _ registry: PrometheusRegistry,
        _ ledger: Ledger
    ) throws {
        registry.describe(FleetMetrics.descriptions.map { MetricDescription($0.name, help: $0.help) })
        // Before there is anything to give back.
        let access = try start.options.workerNamespace.map { _ in
            try ClusterAccess.find(environment: ProcessInfo.processInfo.environment)
        }
        token = try start.options.workerToken.map { text in
            guard let token = BearerToken(text) else { throw ServingError.badToken }
            return token
        }
        let connections = OpenFileLimit.raise(for: limits).connections
        client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: HTTPWorker.configuration(connections: connections))
        let (options, client) = (start.options, client)
        let tls = WorkerTLS(options)
        let remote = { @Sendable (place: WorkerPlace) throws -> any RemoteWorker in
            let isEncrypted = place.url.hasPrefix("https://")
            let endpoint = try WorkerEndpoint(place.url, token: options.workerToken, tls: isEncrypted ? tls : nil)
            return HTTPWorker(endpoint, client: client)
        }
        let remotes = try places.map { ($0, try remote($0)) }
        var configuration = FleetConfiguration()
        configuration.queueTimeoutMs = Int64(options.queueTimeout) * 1000
        let worker = FleetWorker(
            remotes, configuration: configuration, metrics: registry, logger: start.log, clock: ContinuousClock())
        self.worker = worker
        discovery = access.map { access in
            PodDiscovery(
                access, namespace: options.workerNamespace ?? access.namespace, worker, ledger, start.log,
                remote: remote)
        }
        offers = access.map { access in
            ModelOffers(access, namespace: start.options.workerNamespace ?? access.namespace, worker, start.log)
        }
    }

    /// What controllers may ask of the gateway: nothing where no token keeps others from asking.
    var feed: FleetFeed? { token.map { token in FleetFeed(token: token) { [worker] in worker.report() } } }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await worker.run() }
                if let discovery { group.addTask { await discovery.run() } }
                if let offers { group.addTask { await offers.run() } }
            }
        }
        try await client.shutdown()
    }

    /// The names of the models, once a worker has told them, or none after a while.
    func waitForModels() async -> [String] { await worker.firstModels(within: Self.patienceSeconds).map(\.id) }
}

extension WorkerTLS {
    /// Nil: what the system trusts.
    fileprivate init?(_ options: ServerOptions) {
        guard options.workerAuthority != nil || options.clientCertificate != nil || options.clientKey != nil else {
            return nil
        }
        self.init(
            authorities: options.workerAuthority, certificate: options.clientCertificate, key: options.clientKey)
    }
}
