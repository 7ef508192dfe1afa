package import Harvest
package import Kubernetes

/// What a plan's actions need besides: the specs that they come from, and the objects that Events speak of.
package struct PlanTerms: Sendable {
    package let pools: [String: GPUPool]
    package let models: [String: ServedModel]
    package let references: [String: ObjectReference]
    /// The identities of our workers.
    package let workers: Set<String>

    package init(_ look: Look) {
        pools = Dictionary(look.standings.compactMap { $0.pool.map { ($0.name, $0) } }) { first, _ in first }
        models = Dictionary(look.servedModels.map { ($0.name, $0) }) { first, _ in first }
        workers = Set(look.cluster.workers.compactMap { look.cluster.pod($0)?.uid })
        references = look.picture.pools.mapValues { ObjectReference(pool: $0.object) }
    }
}

extension ObjectReference {
    init(pool object: GenericObject) {
        self.init(
            apiVersion: CustomResource.apiVersion, kind: GPUPool.kind, namespace: object.metadata.namespace,
            name: object.metadata.name, uid: object.metadata.uid)
    }

    init(pod id: ObjectID, uid: String) {
        self.init(apiVersion: "v1", kind: "Pod", namespace: id.namespace, name: id.name, uid: uid)
    }
}
