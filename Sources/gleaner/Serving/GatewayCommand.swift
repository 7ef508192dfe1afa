import ArgumentParser
import AsyncHTTPClient
import Fleet
import Gateway
import Ledger
import Logging
import OpenAI
import Options
import ServiceLifecycle
import WebServer

/// `gleaner gateway`: the front door of many workers.
struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "Serve the models of many workers over one OpenAI API.",
        discussion: """
            Workers are `gleaner worker`, or a running vLLM, SGLang or llama-server. An answer whose worker is taken \
            away goes on from another one. Any number of gateways can share workers and one PostgreSQL.

              gleaner gateway --workers http://127.0.0.1:8081,http://127.0.0.1:8082
              gleaner gateway --workers http://10.0.0.7:8081=farm --database postgresql://gleaner@db/gleaner

            SIGTERM and Ctrl-C let running streams finish first.
            """)

    @OptionGroup var flags: GatewayFlags

    func run() async throws {
        let start = try ServerStart(flags)
        let places = try start.options.requiredWorkers().map { address in
            WorkerPlace(url: address.url, pool: address.pool ?? start.options.pool)
        }
        try await start.withLedger { ledger in
            let configuration = try GatewayConfiguration(start.options, role: .gateway)
            try await ServingError.check(ledger, configuration, pools: places.map(\.pool))
            let registry = PrometheusRegistry()
            let fleet = try FleetService(places, start, configuration.limits, registry)
            let server = GatewayServer(
                worker: fleet.worker, ledger: ledger, configuration: configuration, registry: registry,
                logger: start.log)
            try await start.run([fleet, server]) {
                let port = try await server.boundPort
                let models = await fleet.waitForModels()
                try await FreeModels.warn(of: models, ledger, configuration, start.log)
                return Greeting(configuration, port: port, model: models.first ?? "MODEL").text
            }
        }
    }
}

/// A gateway's fleet while the process runs: it stops after the front door has let its streams finish.
struct FleetService: Service {
    let worker: FleetWorker
    private let client: HTTPClient

    /// How long a new gateway waits for the first worker to say what it has; it only wants to greet with a name.
    private static let patienceSeconds = 3.0

    init(
        _ places: [WorkerPlace], _ start: ServerStart, _ limits: ServerLimits, _ registry: PrometheusRegistry
    ) throws {
        registry.describe(FleetMetrics.descriptions.map { MetricDescription($0.name, help: $0.help) })
        let connections = OpenFileLimit.raise(for: limits).connections
        client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: HTTPWorker.configuration(connections: connections))
        let (options, client) = (start.options, client)
        let tls = WorkerTLS(options)
        let remotes = try places.map { place in
            let isEncrypted = place.url.hasPrefix("https://")
            let endpoint = try WorkerEndpoint(place.url, token: options.workerToken, tls: isEncrypted ? tls : nil)
            return (place, HTTPWorker(endpoint, client: client) as any RemoteWorker)
        }
        var configuration = FleetConfiguration()
        configuration.queueTimeoutMs = Int64(options.queueTimeout) * 1000
        worker = FleetWorker(
            remotes, configuration: configuration, metrics: registry, logger: start.log, clock: ContinuousClock())
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { await worker.run() }
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
