import Harvest

/// Our workers' pods as gateways name them.
struct KnownWorkers {
    struct Known {
        let id: ObjectID
        let model: String
        /// That of the accelerators of its node; empty where the node does not say.
        let product: String
    }

    private var byUID: [String: Known] = [:]
    private var byHost: [String: Known] = [:]

    init(_ look: Look) {
        for id in look.cluster.workers {
            guard let pod = look.cluster.pod(id), !pod.isTerminal, let identity = pod.worker else { continue }
            let product = pod.place.flatMap { look.cluster.entries[$0]?.product } ?? ""
            let known = Known(id: id, model: identity.model, product: product)
            byUID[pod.uid] = known
            if let host = look.picture.addresses.address(ofWorker: id) { byHost[host] = known }
        }
    }

    subscript(key: WorkerKey) -> Known? { byUID[key.name] ?? byHost[key.host] }
}
