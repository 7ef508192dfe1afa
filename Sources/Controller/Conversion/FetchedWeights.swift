import Harvest
import JSON
import Kubernetes

/// The weights that our fetchers have brought to nodes, as their finished pods bear witness: nothing else is kept of it.
struct FetchedWeights: Sendable {
    fileprivate struct Fetch: Sendable, Equatable {
        let node: String
        let pool: String
        let model: String
    }

    private var fetches: [ObjectID: Fetch] = [:]
    private var idsOnNode: [String: Set<ObjectID>] = [:]

    var nodes: some Collection<String> { idsOnNode.keys }

    /// - Returns: the nodes of which more or less is known than before.
    mutating func note(_ pod: Pod, _ terms: ConversionTerms) -> [String] {
        set(ObjectID(pod.metadata.key), Fetch(pod, terms))
    }

    mutating func remove(_ id: ObjectID) -> [String] { set(id, nil) }

    private mutating func set(_ id: ObjectID, _ fetch: Fetch?) -> [String] {
        let before = fetches[id]
        guard before != fetch else { return [] }
        fetches[id] = fetch
        if let node = before?.node {
            idsOnNode[node]?.remove(id)
            if idsOnNode[node]?.isEmpty ?? false { idsOnNode[node] = nil }
        }
        if let node = fetch?.node { idsOnNode[node, default: []].insert(id) }
        return [before?.node, fetch?.node].compactMap(\.self)
    }

    /// What lies on a node, by `WeightsCache.key`. A fetcher's name says which version it brought: one that was made for
    /// an older spec of its model does not count.
    func keys(on node: String, _ pools: [String: GPUPool], _ models: [String: ServedModel]) -> Set<String> {
        var keys: Set<String> = []
        for id in idsOnNode[node] ?? [] {
            guard let fetch = fetches[id], let pool = pools[fetch.pool], let model = models[fetch.model] else {
                continue
            }
            let settings = WorkerSettings(namespace: id.namespace, image: "")
            let manifest = WeightsCache.fetcher(model, pool: pool, node: node, settings: settings)
            if manifest?["metadata"]?["name"]?.string == id.name { keys.insert(WeightsCache.key(model)) }
        }
        return keys
    }
}

extension FetchedWeights.Fetch {
    /// Nil for what is no fetcher of ours that has done its work.
    fileprivate init?(_ pod: Pod, _ terms: ConversionTerms) {
        let labels = pod.metadata.labels
        guard pod.metadata.namespace == terms.namespace, labels[WorkerLabel.role] == WorkerLabel.fetcher,
            pod.status.phase == .succeeded, !pod.isDeleting, !pod.spec.nodeName.isEmpty
        else { return nil }
        self.init(
            node: pod.spec.nodeName, pool: labels[WorkerLabel.pool] ?? "", model: labels[WorkerLabel.model] ?? "")
    }
}
