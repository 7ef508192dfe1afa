import ClusterStandIn
import Controller
import Harvest
import JSON
import Kubernetes
import Ledger
import Logging
import Synchronization
import Testing
import WebTestSupport

/// Controllers in a cluster whose time only the test moves.
struct ControllerScene: Sendable {
    let cluster: ClusterStandIn
    let book = LogBook()
    /// By how many seconds somebody has set the controllers' time of day.
    let skew = Skew()
    /// What the gateways say; they say nothing until a test has them speak.
    let gateways = ScriptedGateways()
    /// Asks the server something now and then, so that what others are doing on the network gets its turn.
    private let probe: KubernetesClient

    static let namespace = "gleaner"
    static let lent = ["gleaner.dev/harvest": "true"]

    /// A cluster with a node of `gpus` lent accelerators and a model of which `warm` workers are kept.
    static func run(
        gpus: Int = 1, warm: Int = 1, pool: JSON = ["idleAfter": "5s"],
        _ body: @Sendable (ControllerScene) async throws -> Void
    ) async throws {
        try await ClusterStandIn.run { cluster in
            let scene = ControllerScene(cluster: cluster, probe: try cluster.client())
            try cluster.add(node: "n1", gpus: gpus, labels: lent)
            try scene.add(.servedModels, "m", model(warm: warm))
            try scene.add(.gpuPools, "p", pool)
            try await body(scene)
        }
    }

    static func model(warm: Int) -> JSON {
        [
            "source": ["volume": ["claim": "weights", "path": "m.gguf"]], "minimumWarm": .int(warm),
            "expected": ["tokensPerSecond": 100, "loadTime": "10s"],
        ]
    }

    func add(_ resource: APIResource, _ name: String, _ spec: JSON) throws {
        try cluster.create(resource, ["metadata": ["name": .string(name)], "spec": spec], in: Self.namespace)
    }

    /// The owner's pod, which may push nobody off unless `mayPreempt`: its room is ours to make.
    func addOwnersPod(_ name: String, gpus: Int = 1, mayPreempt: Bool = false) throws {
        let policy: [(String, JSON)] = mayPreempt ? [] : [("preemptionPolicy", "Never")]
        try cluster.create(.pods, ClusterStandIn.pod(name, gpus: gpus, spec: policy), in: "team")
        cluster.settle()
    }

    // MARK: Controllers

    func controller(_ identity: String) throws -> ControllerService {
        let worker = WorkerSettings(namespace: Self.namespace, image: "registry.example/gleaner@sha256:0")
        let client = try cluster.client(
            time: skew.applied(to: cluster.time), limits: ClusterStandIn.patientLimits, token: identity)
        return ControllerService(
            ControllerSettings(worker: worker, identity: identity), client: client, view: gateways.view,
            log: book.logger)
    }

    /// Runs controllers for the time of `body`; the first of them leads when it begins.
    func running(
        _ identities: [String] = ["a"], _ body: @Sendable ([ControllerService]) async throws -> Void
    ) async throws {
        let controllers = try identities.map { try controller($0) }
        let tasks = Mutex<[Task<Void, Never>]>([])
        let result: Result<Void, any Error>
        do {
            for (place, controller) in controllers.enumerated() {
                tasks.withLock { $0.append(Task { await controller.run() }) }
                if place == 0 { await until("the first leads") { controllers[0].isLeader } }
            }
            result = .success(try await body(controllers))
        } catch { result = .failure(error) }
        cluster.setFault(nil)
        // What hangs is not waited for.
        cluster.cutConnections()
        let running = tasks.withLock { $0 }
        for task in running { task.cancel() }
        for task in running { await task.value }
        try result.get()
    }

    // MARK: Time

    /// Lets everybody on the network have their turn; no time goes by.
    func breathe() async {
        for _ in 0..<3 { _ = try? await probe.version() }
        cluster.settle()
    }

    /// Lets time go by until something holds.
    func until(
        _ what: Comment, limit: Duration = .seconds(600), step: Duration = .milliseconds(200),
        at location: SourceLocation = #_sourceLocation, _ holds: () -> Bool
    ) async {
        let start = cluster.now
        while true {
            await breathe()
            if holds() { return }
            guard cluster.now.since(start) < limit, !Task.isCancelled else {
                Issue.record("It never came that \(what)\n\(book.text.suffix(4000))", sourceLocation: location)
                return
            }
            cluster.advance(by: step)
        }
    }

    /// Waits until something holds, while the clock stands as good as still: it goes on by the quarter of a second for
    /// which a controller may rest when it has had much to do.
    func atOnce(
        _ what: Comment, at location: SourceLocation = #_sourceLocation, _ holds: () -> Bool
    ) async {
        for number in 1...5000 where !Task.isCancelled {
            await breathe()
            if holds() { return }
            if number % 50 == 0, number <= 1250 { cluster.advance(by: .milliseconds(10)) }
        }
        Issue.record("It did not come at once that \(what)\n\(book.text.suffix(4000))", sourceLocation: location)
    }

    /// Lets time go by, and everybody have their turn in it.
    func pass(_ duration: Duration, step: Duration = .milliseconds(500)) async {
        let end = cluster.now.advanced(by: duration)
        while cluster.now < end, !Task.isCancelled {
            cluster.advance(by: step)
            await breathe()
        }
    }

    // MARK: What there is

    var workers: [Pod] { cluster.pods.filter { $0.metadata.labels[WorkerLabel.role] == WorkerLabel.worker } }

    var fetchers: [Pod] { cluster.pods.filter { $0.metadata.labels[WorkerLabel.role] == WorkerLabel.fetcher } }

    var claims: [JSON] { cluster.objects(APIResource(.persistentVolumeClaims)) }

    /// Those that have not been told to go.
    var staying: [Pod] { workers.filter { !$0.isDeleting && !$0.isTerminal } }

    /// Waits until so many workers run.
    func untilRunning(_ count: Int = 1) async {
        await until("\(count) workers run") {
            staying.count == count && staying.allSatisfy { $0.status.phase == .running }
        }
        // They have to be known as running, too.
        await breathe()
    }

    func status(_ resource: APIResource = .gpuPools, _ name: String = "p") -> JSON? {
        cluster.object(resource, name, in: Self.namespace)?["status"]
    }

    func condition(_ type: String, _ resource: APIResource = .gpuPools, _ name: String = "p") -> JSON? {
        status(resource, name)?["conditions"]?.array?.first { $0["type"]?.string == type }
    }

    func events(_ reason: String) -> [ClusterEvent] {
        cluster.objects(.events).compactMap { try? ClusterEvent($0) }.filter { $0.reason == reason }
    }
}

/// A time of day that is set by hand.
final class Skew: Sendable {
    private let seconds = Mutex(0)

    func set(_ seconds: Int) { self.seconds.withLock { $0 = seconds } }

    fileprivate func applied(to time: TimeSource) -> TimeSource {
        TimeSource(
            monotonic: time.monotonic,
            wall: { time.wall().advanced(by: .seconds(self.seconds.withLock { $0 })) }, sleep: time.sleep,
            chance: time.chance)
    }
}
