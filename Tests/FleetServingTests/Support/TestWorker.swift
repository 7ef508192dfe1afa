import Logging
import Node
import OpenAI
import Simulation
import TestSupport
import WebServer
import WorkerAPI

/// A worker as `gleaner worker --simulate` runs it, in this process, on a port of the loopback interface.
struct TestWorker: Sendable {
    static let model = "sim"

    let port: Int
    let node: NodeWorker
    let registry: PrometheusRegistry
    private let services: RunningServices

    /// What a test can choose.
    struct Setting: Sendable {
        var profile: DeviceProfile = .answering
        var clock: any DeviceClock = StepGate()
        var log = Logger.quiet
    }

    var url: String { "http://127.0.0.1:\(port)" }

    var id: String { node.id }

    /// Sequences that it has.
    var numSequences: Int {
        get async { await node.load().models.reduce(0) { $0 + $1.running + $1.waiting } }
    }

    /// When it says that its model was made, in Unix seconds.
    var created: Int {
        get async { await node.models().reduce(0) { $0 + $1.created } }
    }

    static func start(_ setting: Setting = Setting()) async throws -> TestWorker {
        let registry = PrometheusRegistry()
        let model = try await SimulatedWorker.make(
            profile: setting.profile, name: model, clock: setting.clock, metrics: registry, log: setting.log)
        let node = NodeWorker(models: [model], kind: setting.profile.name, profile: setting.profile.declared)
        var limits = ServerLimits()
        limits.drainDeadline = .zero
        let address = ListenAddress(host: "127.0.0.1", port: 0)
        let server = WorkerServer(
            worker: node, configuration: WorkerConfiguration(server: ServerSettings(address: address, limits: limits)),
            registry: registry, logger: setting.log)
        let services = RunningServices([server])
        return TestWorker(port: try await server.boundPort, node: node, registry: registry, services: services)
    }

    /// As SIGTERM does: what runs goes on elsewhere.
    func stop() async throws {
        try await services.stop()
        await node.stop()
    }

    /// Its connections end, and nobody listens any more.
    func kill() async {
        await services.kill()
        await node.stop()
    }
}

extension DeviceProfile {
    /// Answers of some hundred tokens, from a device whose steps the test's clock lets pass.
    static let answering: DeviceProfile = {
        var profile = DeviceProfile(
            name: "test", prefillTokensPerSecond: 1_000_000, stepSeconds: 0.2e-3, kvTokens: 65_536)
        profile.contextTokens = 16_384
        return profile
    }()
}
