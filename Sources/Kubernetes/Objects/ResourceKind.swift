/// A kind of objects and where the API has it; `Object` is what they are read as.
package struct ResourceKind<Object: KubernetesObject>: Sendable, Hashable {
    /// Empty for the core group.
    package let group: String
    package let version: String
    /// The name in paths, in the plural.
    package let plural: String
    package let kind: String
    package let isNamespaced: Bool

    package init(group: String, version: String, plural: String, kind: String, isNamespaced: Bool = true) {
        self.group = group
        self.version = version
        self.plural = plural
        self.kind = kind
        self.isNamespaced = isNamespaced
    }

    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// The path of the group and version, where the API says which kinds it has.
    var discoveryPath: String { (group.isEmpty ? "/api/" : "/apis/") + apiVersion }

    /// The path of all objects, of those of a namespace, or of one.
    func path(namespace: String? = nil, name: String? = nil, subresource: String? = nil) -> String {
        var path = discoveryPath
        if isNamespaced, let namespace, !namespace.isEmpty {
            path += "/namespaces/" + PercentEncoding.segment(namespace)
        }
        path += "/" + plural
        if let name { path += "/" + PercentEncoding.segment(name) }
        if let subresource { path += "/" + subresource }
        return path
    }
}

extension ResourceKind: CustomStringConvertible {
    package var description: String { group.isEmpty ? plural : "\(plural).\(group)" }
}

extension ResourceKind where Object == Pod {
    package static var pods: Self { Self(group: "", version: "v1", plural: "pods", kind: "Pod") }
}

extension ResourceKind where Object == ClusterNode {
    package static var nodes: Self {
        Self(group: "", version: "v1", plural: "nodes", kind: "Node", isNamespaced: false)
    }
}

extension ResourceKind where Object == Lease {
    package static var leases: Self {
        Self(group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")
    }
}

extension ResourceKind where Object == ClusterEvent {
    package static var events: Self { Self(group: "events.k8s.io", version: "v1", plural: "events", kind: "Event") }
}

extension ResourceKind where Object == PriorityClass {
    package static var priorityClasses: Self {
        Self(
            group: "scheduling.k8s.io", version: "v1", plural: "priorityclasses", kind: "PriorityClass",
            isNamespaced: false)
    }
}

extension ResourceKind where Object == ResourceClaim {
    package static var resourceClaims: Self {
        Self(group: "resource.k8s.io", version: "v1", plural: "resourceclaims", kind: "ResourceClaim")
    }
}

extension ResourceKind where Object == ResourceSlice {
    package static var resourceSlices: Self {
        Self(
            group: "resource.k8s.io", version: "v1", plural: "resourceslices", kind: "ResourceSlice",
            isNamespaced: false)
    }
}

extension ResourceKind where Object == Workload {
    /// Kueue's. Clusters with an older Kueue have only `v1beta1`; both are read alike.
    package static func workloads(version: String = "v1beta1") -> Self {
        Self(group: "kueue.x-k8s.io", version: version, plural: "workloads", kind: "Workload")
    }
}
