package import ClusterStandIn
package import Kubernetes

/// A cluster in which a scene is played: the stand-in with its own clock, or a real one by the system's.
///
/// A scene has the ground's nodes, a namespace for workers and one for the owner's pods to itself.
package protocol ClusterGround: Sendable {
    /// Tells this scene from others in the same cluster; a part of all names.
    var id: String { get }
    /// May do everything.
    var client: KubernetesClient { get }
    /// By the clock of this cluster, since some moment.
    var elapsed: Duration { get }

    /// A client with the rights of a controller's account, and no others. It ends with the ground.
    func controllerClient() async throws -> KubernetesClient
    /// Brings a node that is ready and runs what is bound to it.
    func add(node name: String, gpus: Int, labels: [String: String]) async throws
    /// What the processes of pods do from now on.
    func setBehaviour(_ behaviour: @escaping @Sendable (Pod) -> PodBehaviour)
    /// Lets a little time go by, while somebody waits for something.
    func tick() async throws
}

extension ClusterGround {
    /// Where workers live.
    package var namespace: String { "gleaner-\(id)" }
    /// Where the owner's pods live.
    package var team: String { "team-\(id)" }
    /// The priority class of owner's pods that push nobody off their node.
    package var gentleClass: String { "gentle-\(id)" }
    /// The full name of a node.
    package func node(_ name: String) -> String { "\(name)-\(id)" }
    /// What all nodes of a scene have, and no others.
    package var mark: (key: String, value: String) { (ClusterGrounds.markKey, id) }

    /// What all nodes of the scene are labelled with.
    func labels(of name: String, _ labels: [String: String]) -> [String: String] {
        labels.merging([
            mark.key: mark.value, "kubernetes.io/hostname": node(name), "kubernetes.io/os": "linux",
        ]) { own, _ in own }
    }
}

/// The kinds that scenes write and the product does not.
extension ResourceKind where Object == GenericObject {
    package static var anyNodes: Self { cluster("nodes", "Node") }
    package static var anyPods: Self { Self(group: "", version: "v1", plural: "pods", kind: "Pod") }
    package static var namespaces: Self { cluster("namespaces", "Namespace") }
    package static var volumes: Self { cluster("persistentvolumes", "PersistentVolume") }
    package static var claims: Self {
        Self(group: "", version: "v1", plural: "persistentvolumeclaims", kind: "PersistentVolumeClaim")
    }
    package static var definitions: Self {
        cluster("customresourcedefinitions", "CustomResourceDefinition", "apiextensions.k8s.io")
    }

    private static func cluster(_ plural: String, _ kind: String, _ group: String = "") -> Self {
        Self(group: group, version: "v1", plural: plural, kind: kind, isNamespaced: false)
    }
}
