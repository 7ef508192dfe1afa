package import Harvest
import Kubernetes

/// Where our own pods are reached: the workers and the gateways of our namespace.
package struct PodAddresses: Sendable {
    /// The pods that gateways run in, and their IP addresses.
    package private(set) var gateways: [ObjectID: String] = [:]
    private var workers: [ObjectID: String] = [:]

    package func address(ofWorker id: ObjectID) -> String? { workers[id] }

    mutating func note(_ pod: Pod, _ id: ObjectID, _ terms: ConversionTerms) {
        let role = pod.metadata.namespace == terms.namespace ? pod.metadata.labels[WorkerLabel.role] : nil
        let ip = pod.isTerminal || pod.status.podIP.isEmpty ? nil : pod.status.podIP
        gateways[id] = role == WorkerLabel.gateway ? ip : nil
        workers[id] = role == WorkerLabel.worker ? ip : nil
    }

    mutating func remove(_ id: ObjectID) { (gateways[id], workers[id]) = (nil, nil) }
}
