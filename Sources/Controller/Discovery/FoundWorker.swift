import Harvest
package import Kubernetes

/// A worker's pod, as a gateway needs it.
package struct FoundWorker: Sendable, Hashable {
    /// The pod's identity: another pod of the same name or address is another worker.
    package let name: String
    package let url: String
    /// The pool whose operator earns with it.
    package let pool: String

    /// Nil for a pod that has no address yet, is over, or goes.
    package init?(_ pod: Pod, port: Int = WorkerSettings.defaultPort) {
        guard !pod.isTerminal, !pod.isDeleting, pod.disruption == nil, !pod.status.podIP.isEmpty,
            let pool = pod.metadata.labels[WorkerLabel.pool]
        else { return nil }
        let ip = pod.status.podIP
        name = pod.metadata.uid
        url = "http://" + (ip.contains(":") ? "[\(ip)]" : ip) + ":\(port)"
        self.pool = pool
    }
}
