import Harvest
package import Kubernetes

extension ClusterPicture {
    /// Takes a change of a `GPUPool` object. One that is being deleted is gone: nothing may hold up the owner's switch.
    package mutating func notePool(_ change: Change<GenericObject>) {
        guard let object = change.object else { return finish(.pools) }
        let name = object.metadata.name
        guard isOurs(change, held: pools[name]?.object) else { return }
        let before = pools[name]
        pools[name] = change.remaining.map { PoolObject(object: $0, standing: PoolStanding($0)) }
        if before?.standing.pool != pools[name]?.standing.pool { weighAll() }
        if !isSame(before, pools[name]) { revision += 1 }
    }

    /// Takes a change of a `ServedModel` object.
    package mutating func noteModel(_ change: Change<GenericObject>) {
        guard let object = change.object else { return finish(.models) }
        let name = object.metadata.name
        guard isOurs(change, held: models[name]?.object) else { return }
        let before = models[name]
        models[name] = change.remaining.map { ModelObject(object: $0, standing: ModelStanding($0)) }
        guard before?.standing != models[name]?.standing else { return }
        weighAll()
        revision += 1
    }

    /// A status that we wrote ourselves is no news, but what suspends a pool.
    private func isSame(_ before: PoolObject?, _ after: PoolObject?) -> Bool {
        before?.standing.pool == after?.standing.pool && before?.standing.problems == after?.standing.problems
            && before?.standing.suspension == after?.standing.suspension
    }

    /// What happens in other namespaces, or to an object whose name another one has by now, is nothing to us.
    private func isOurs(_ change: Change<GenericObject>, held: GenericObject?) -> Bool {
        guard let metadata = change.object?.metadata, metadata.namespace == terms.namespace else { return false }
        if case .removed = change { return held?.metadata.uid == metadata.uid }
        return true
    }

    private mutating func weighAll() {
        for node in fetched.nodes { weigh(node) }
    }

    mutating func weigh(_ node: String) {
        let keys = fetched.keys(
            on: node, pools.compactMapValues(\.standing.pool), models.compactMapValues(\.standing.model))
        guard cluster.weights[node] ?? [] != keys else { return }
        cluster.weights[node] = keys.isEmpty ? nil : keys
        revision += 1
    }
}

extension Change<GenericObject> {
    /// The object as it stays; nil for one that is gone or going.
    fileprivate var remaining: GenericObject? {
        switch self {
        case .added(let object), .changed(_, let object): object.metadata.deletion == nil ? object : nil
        case .removed, .synced: nil
        }
    }
}
