import ClusterStandIn
import JSON
import Kubernetes
import Logging
import Synchronization

/// A real cluster as a ground: API server, scheduler and controllers are its own; the nodes are played by the test.
///
/// What a scene has brought goes with it, but for the definitions of our kinds and the workers' priority class, which
/// an installation may need.
struct RealGround: ClusterGround {
    let id: String
    let client: KubernetesClient
    let access: ClusterAccess
    let nodes: PlayedNodes
    private let raw: RawRequests
    private let lentClients = LentClients()

    static func run<Value: Sendable>(
        _ kubeconfig: String, _ body: @Sendable (any ClusterGround) async throws -> Value
    ) async throws -> Value {
        let access = try ClusterAccess.find(kubeconfig: kubeconfig, environment: [:])
        let client = KubernetesClient(access, log: Logger(label: "ground") { _ in SwiftLogNoOpLogHandler() })
        let raw = RawRequests(access)
        let id = String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16)
        let ground = RealGround(
            id: id, client: client, access: access, nodes: PlayedNodes(id: id, client, raw), raw: raw)
        let result: Result<Value, any Error>
        do { result = .success(try await ground.played(body)) } catch { result = .failure(error) }
        await ground.remove()
        for client in ground.lentClients.all { await client.shutdown() }
        await client.shutdown()
        try await raw.shutdown()
        return try result.get()
    }

    private func played<Value: Sendable>(
        _ body: @Sendable (any ClusterGround) async throws -> Value
    ) async throws -> Value {
        try await prepare()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await nodes.run() }
            defer { group.cancelAll() }
            return try await body(self)
        }
    }

    var elapsed: Duration { client.time.monotonic() }

    func controllerClient() async throws -> KubernetesClient {
        let path = "/api/v1/namespaces/\(namespace)/serviceaccounts/gleaner-controller/token"
        let answer = try await raw.post(path, ["apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest"])
        guard let token = answer["status"]?["token"]?.string else { throw GroundError.noToken }
        let client = KubernetesClient(
            try access.acting(withToken: token), log: Logger(label: "controller") { _ in SwiftLogNoOpLogHandler() })
        lentClients.add(client)
        return client
    }

    func add(node name: String, gpus: Int, labels: [String: String]) async throws {
        try await nodes.add(node(name), gpus: gpus, labels: self.labels(of: name, labels))
    }

    func setBehaviour(_ behaviour: @escaping @Sendable (Pod) -> PodBehaviour) { nodes.setBehaviour(behaviour) }

    func tick() async throws { try await client.time.sleep(.milliseconds(50)) }
}

/// Clients that end with the ground.
private final class LentClients: Sendable {
    private let clients = Mutex<[KubernetesClient]>([])

    var all: [KubernetesClient] { clients.withLock { $0 } }

    func add(_ client: KubernetesClient) { clients.withLock { $0.append(client) } }
}

/// Why a scene cannot be prepared.
enum GroundError: Error, CustomStringConvertible {
    case noToken
    case unknownKind(String)
    case refused(String)

    var description: String {
        switch self {
        case .noToken: "The cluster gives the controller's account no token."
        case .unknownKind(let kind): "The installation has a \(kind), which the ground cannot bring."
        case .refused(let what): "The API server refuses \(what)."
        }
    }
}
