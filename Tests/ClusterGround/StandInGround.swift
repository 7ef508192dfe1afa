import ClusterStandIn
import Kubernetes

/// The stand-in as a ground: its time goes by only while a scene waits.
struct StandInGround: ClusterGround {
    let id = "standin"
    let client: KubernetesClient
    private let cluster: ClusterStandIn

    static func run<Value: Sendable>(
        _ body: @Sendable (any ClusterGround) async throws -> Value
    ) async throws -> Value {
        try await ClusterStandIn.run { cluster in
            try await body(StandInGround(client: try cluster.client(), cluster: cluster))
        }
    }

    private init(client: KubernetesClient, cluster: ClusterStandIn) {
        self.client = client
        self.cluster = cluster
    }

    var elapsed: Duration { cluster.now.since(ClusterStandIn.start) }

    func controllerClient() async throws -> KubernetesClient {
        try cluster.client(time: cluster.time, limits: ClusterStandIn.patientLimits)
    }

    func add(node name: String, gpus: Int, labels: [String: String]) async throws {
        try cluster.add(node: node(name), gpus: gpus, labels: self.labels(of: name, labels))
    }

    func setBehaviour(_ behaviour: @escaping @Sendable (Pod) -> PodBehaviour) { cluster.setBehaviour(behaviour) }

    func tick() async throws {
        try await breathe()
        cluster.advance(by: .milliseconds(100))
        try await breathe()
    }

    /// Lets everybody on the network have their turn; no time goes by.
    private func breathe() async throws {
        for _ in 0..<3 { _ = try await client.version() }
        cluster.settle()
    }
}
