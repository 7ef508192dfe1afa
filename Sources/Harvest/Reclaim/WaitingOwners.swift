/// For whom workers go: the owner's waiting pods, by what a signal says of them. Made once for many signals.
package struct WaitingOwners {
    private let cluster: ClusterState
    private lazy var index = Index(cluster)

    private struct Index {
        var byGang: [String: [ObjectID]] = [:]
        var byNode: [String: [ObjectID]] = [:]

        init(_ cluster: ClusterState) {
            for pod in cluster.waiting.compactMap(cluster.pod) {
                if let gang = pod.gang { byGang[gang, default: []].append(pod.id) }
                if let node = pod.nominatedNode { byNode[node, default: []].append(pod.id) }
            }
        }
    }

    package init(_ cluster: ClusterState) { self.cluster = cluster }

    /// In the order of their names, and not more than a record tells; none where nobody knows.
    package mutating func owners(_ signal: ReclaimSignal, node: String?) -> [ObjectID] {
        let found: [ObjectID]?
        switch signal {
        case .request(let name):
            if let pod = ObjectID(text: name).flatMap(cluster.pod) { return [pod.id] }
            found = index.byGang[name]
        case .preemption: found = node.flatMap { index.byNode[$0] }
        default: found = nil
        }
        return Array((found ?? []).sorted().prefix(ReclaimRecord.mostOwners))
    }
}
