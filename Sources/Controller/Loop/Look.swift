package import Harvest
import Kubernetes

/// The cluster at one moment, and how far it can be trusted.
package struct Look: Sendable {
    package let picture: ClusterPicture
    package let nowMs: Int64
    /// What the server says that it has not: our own kinds were removed, and their objects with them.
    package let missing: Set<ClusterPicture.Part>
    /// Whether every watch gets on.
    package let isFresh: Bool

    package var cluster: ClusterState { picture.cluster }

    /// Without the kind there is no pool: removing it takes everything back.
    package var standings: [PoolStanding] { missing.contains(.pools) ? [] : picture.standings }

    package var servedModels: [ServedModel] { missing.contains(.models) ? [] : picture.servedModels }

    /// As long as the models are not known, none counts as removed.
    package var modelNames: Set<String> {
        if missing.contains(.models) { return [] }
        if picture.complete.contains(.models) { return picture.modelNames }
        return Set(cluster.workers.compactMap { cluster.pod($0)?.worker?.model })
    }

    private var known: Set<ClusterPicture.Part> { picture.complete.union(missing) }

    /// Enough to take something back: on half a picture everything of ours would look out of place.
    package var sufficesForReclaim: Bool { known.isSuperset(of: [.nodes, .pods, .pools]) }

    /// Enough to start something.
    package var sufficesForPlan: Bool { isFresh && known.isSuperset(of: [.nodes, .pods, .pools, .models]) }
}
