package import Harvest
package import Kubernetes

/// One cluster as Harvest sees it, changed object by object: by whatever a reflector of each kind says, lists after a
/// gap included. Equal objects make equal pictures, in whatever order they came.
package struct ClusterPicture: Sendable {
    /// What a reflector brings.
    package enum Part: String, Sendable, CaseIterable {
        case nodes, pods, pools, models, workloads, claims
    }

    package let terms: ConversionTerms
    package internal(set) var cluster = ClusterState()
    /// All `GPUPool` objects, by name.
    package internal(set) var pools: [String: PoolObject] = [:]
    /// All `ServedModel` objects, by name.
    package internal(set) var models: [String: ModelObject] = [:]
    /// Moves when something has changed that a decision could depend on; a heartbeat moves nothing.
    package internal(set) var revision = 0
    /// The parts of which everything has been said at least once.
    package internal(set) var complete: Set<Part> = []

    var uidOfNode: [String: String] = [:]
    var uidOfClaim: [ObjectID: String] = [:]
    package internal(set) var addresses = PodAddresses()
    var queue = WorkQueue()
    var fetched = FetchedWeights()

    package init(_ terms: ConversionTerms) { self.terms = terms }

    /// Whether nothing is missing that would have us take what is there for gone: a pool that is not known yet is no
    /// pool that was removed. Clusters need not have workloads and claims.
    package var isComplete: Bool { complete.isSuperset(of: [.nodes, .pods, .pools, .models]) }

    /// In the order of their names.
    package var standings: [PoolStanding] { pools.values.map(\.standing).sorted { $0.name < $1.name } }

    /// Those that could be read, in the order of their names.
    package var servedModels: [ServedModel] { models.values.compactMap(\.standing.model).sorted { $0.name < $1.name } }

    /// The names of the models that could be read, as `ReclaimDecision` wants them.
    package var modelNames: Set<String> { Set(models.values.compactMap(\.standing.model?.name)) }
}

/// A pool and the object that declares it, whose status is written.
package struct PoolObject: Sendable {
    package let object: GenericObject
    package let standing: PoolStanding
}

/// A model and the object that declares it.
package struct ModelObject: Sendable {
    package let object: GenericObject
    package let standing: ModelStanding
}

extension ClusterPicture {
    package mutating func note(_ change: Change<ClusterNode>) {
        switch change {
        case .added(let node), .changed(_, let node):
            uidOfNode[node.name] = node.metadata.uid
            let state = NodeState(node)
            guard cluster.node(node.name) != state else { return }
            cluster.set(state)
            revision += 1
        case .removed(let node):
            guard uidOfNode[node.name] == node.metadata.uid else { return }
            uidOfNode[node.name] = nil
            cluster.removeNode(node.name)
            revision += 1
        case .synced: finish(.nodes)
        }
    }

    package mutating func note(_ change: Change<ResourceClaim>) {
        switch change {
        case .added(let claim), .changed(_, let claim):
            let id = ObjectID(claim.metadata.key)
            uidOfClaim[id] = claim.metadata.uid
            set(DeviceClaim(claim, terms), id)
        case .removed(let claim):
            let id = ObjectID(claim.metadata.key)
            guard uidOfClaim[id] == claim.metadata.uid else { return }
            uidOfClaim[id] = nil
            set(nil, id)
        case .synced: finish(.claims)
        }
    }

    private mutating func set(_ claim: DeviceClaim?, _ id: ObjectID) {
        guard cluster.claims[id] != claim else { return }
        if let claim { cluster.set(claim) } else { cluster.removeClaim(id) }
        revision += 1
    }

    mutating func finish(_ part: Part) {
        if complete.insert(part).inserted { revision += 1 }
    }
}
