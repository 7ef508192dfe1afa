import Controller
import Fleet
import Kubernetes
import Ledger
import Logging
import OpenAI
import Synchronization

/// The workers of a Kubernetes namespace: they join the fleet when their pods have an address, and are given nothing new
/// from the moment when their pods are to go.
final class PodDiscovery: Sendable {
    private let client: KubernetesClient
    private let discovery: WorkerDiscovery
    private let fleet: FleetWorker
    private let ledger: Ledger
    private let log: Logger
    private let remote: @Sendable (WorkerPlace) throws -> any RemoteWorker
    /// The workers of which it was said that they are left out: they are offered again and again.
    private let leftOut = Mutex<Set<String>>([])

    private static let mostLeftOut = 4096

    /// - Parameter remote: the way to a worker.
    init(
        _ access: ClusterAccess, namespace: String, _ fleet: FleetWorker, _ ledger: Ledger, _ log: Logger,
        remote: @escaping @Sendable (WorkerPlace) throws -> any RemoteWorker
    ) {
        client = KubernetesClient(access, log: log)
        discovery = WorkerDiscovery(client, namespace: namespace)
        (self.fleet, self.ledger, self.log, self.remote) = (fleet, ledger, log, remote)
    }

    /// Finds workers until the task is cancelled. Called once.
    func run() async {
        await discovery.run(
            WorkerDiscovery.Listener(
                found: { worker in await self.take(worker) }, leaving: { self.fleet.expectEnd(of: $0) }))
        await client.shutdown()
    }

    private func take(_ worker: FoundWorker) async -> Bool {
        do {
            // Who operates it must be known before it serves: what it earns could not be shared otherwise.
            guard try await ledger.directory().pools[worker.pool] != nil else {
                throw ServingError.unknownPool(worker.pool)
            }
            let place = WorkerPlace(url: worker.url, pool: worker.pool)
            return fleet.join(worker.name, place, try remote(place))
        } catch {
            let isNews = leftOut.withLock { names in
                if names.count >= Self.mostLeftOut { names = [] }
                return names.insert(worker.name).inserted
            }
            let level: Logger.Level = isNews ? .warning : .debug
            log.log(level: level, "worker left out", metadata: ["url": "\(worker.url)", "reason": "\(error)"])
            return false
        }
    }
}
