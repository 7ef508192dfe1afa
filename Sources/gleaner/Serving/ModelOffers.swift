import Controller
import Fleet
import Kubernetes
import Logging

/// The models that a Kubernetes namespace offers: requests for them are taken even while no worker has them, so that a
/// controller sees that somebody wants them.
struct ModelOffers: Sendable {
    private let client: KubernetesClient
    private let discovery: ModelDiscovery
    private let fleet: FleetWorker

    init(_ access: ClusterAccess, namespace: String, _ fleet: FleetWorker, _ log: Logger) {
        client = KubernetesClient(access, log: log)
        discovery = ModelDiscovery(client, namespace: namespace)
        self.fleet = fleet
    }

    /// Follows them until the task is cancelled. Called once.
    func run() async {
        await discovery.run { fleet.offer($0) }
        await client.shutdown()
    }
}
