import AsyncHTTPClient
import Fleet
import Foundation
import Gateway
import Ledger
import Logging
import OpenAI
import ServiceLifecycle
import Testing
import WebServer

/// A gateway as `gleaner gateway` runs it, in this process, with a ledger of its own on a database that others may share.
struct TestGateway: Sendable {
    let port: Int
    let fleet: FleetWorker
    let ledger: Ledger
    let registry: PrometheusRegistry
    private let server: GatewayServer
    private let services: RunningServices

    /// What a test can choose.
    struct Setting: Sendable {
        var database: DatabaseLocation
        var configuration = FleetConfiguration()
        var limits = ServerLimits()
        /// How far its wall clock is ahead.
        var aheadMs: Int64 = 0
        var log = Logger.quiet
    }

    var api: APIClient { APIClient(base: "http://127.0.0.1:\(port)") }

    /// Starts a gateway and waits until it has found so many of its workers.
    static func start(_ workers: [String], _ setting: Setting, ready: Int) async throws -> TestGateway {
        let registry = PrometheusRegistry()
        registry.describe(FleetMetrics.descriptions.map { MetricDescription($0.name, help: $0.help) })
        let ledger = try await Ledger(database: setting.database.open(StoreDeadlines(write: .seconds(60)))) {
            Int64(Date.now.timeIntervalSince1970 * 1000) + setting.aheadMs
        }
        let fleet = try TestFleet(workers, setting.configuration, registry: registry, log: setting.log)
        let server = GatewayServer(
            worker: fleet.worker, ledger: ledger,
            configuration: GatewayConfiguration(port: 0, limits: setting.limits), registry: registry,
            logger: setting.log)
        let services = RunningServices([fleet, server])
        do {
            let port = try await server.boundPort
            try await eventually { registry.sum(of: "gleaner:workers", "ready") >= Double(ready) }
            return TestGateway(
                port: port, fleet: fleet.worker, ledger: ledger, registry: registry, server: server,
                services: services)
        } catch {
            await services.kill()
            await ledger.close()
            throw error
        }
    }

    /// Where a request is that has not ended.
    func standing(of requestID: String) async -> RequestStanding? {
        await fleet.standing(of: requestID, tenant: "local")
    }

    /// Requests that are being served.
    var numRunning: Int { server.numRunning }

    /// As SIGTERM does: what runs ends first.
    func stop() async throws {
        try await services.stop()
        await ledger.close()
    }

    func kill() async {
        await services.kill()
        await ledger.close()
    }

    /// The sum of a metric's series whose line contains `mark`.
    func metric(_ name: String, _ mark: String = "") -> Double { registry.sum(of: name, mark) }
}

extension PrometheusRegistry {
    /// The sum of a metric's series whose line contains `mark`.
    func sum(of name: String, _ mark: String = "") -> Double {
        text().split(separator: "\n").filter {
            ($0.hasPrefix(name + "{") || $0.hasPrefix(name + " ")) && (mark.isEmpty || $0.contains(mark))
        }
        .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    }
}

/// The fleet of a gateway while it runs.
private struct TestFleet: Service {
    let worker: FleetWorker
    private let client: HTTPClient

    init(
        _ workers: [String], _ configuration: FleetConfiguration, registry: PrometheusRegistry, log: Logger
    ) throws {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPWorker.configuration())
        self.client = client
        let remotes = try workers.enumerated().map { number, url in
            (WorkerPlace(url: url), HTTPWorker(try WorkerEndpoint(url), client: client) as any RemoteWorker)
        }
        worker = FleetWorker(
            remotes, configuration: configuration, metrics: registry, logger: log, clock: ContinuousClock())
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { await worker.run() }
        try await client.shutdown()
    }
}

/// Waits until something holds that another thread brings about; the deadline is far beyond what it may take.
func eventually(
    within limit: Duration = .seconds(30), sourceLocation: SourceLocation = #_sourceLocation,
    _ holds: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !holds() {
        guard ContinuousClock.now < end else {
            throw DidNotHappen(what: "what was waited for in line \(sourceLocation.line), within \(limit)")
        }
        try await Task.sleep(for: .milliseconds(2))
    }
}

struct DidNotHappen: Error { let what: String }
