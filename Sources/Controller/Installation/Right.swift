import Harvest
import JSON
package import Kubernetes

/// Something that a process of ours must be allowed to do: the one list from which the roles of an installation are
/// written, and which `gleaner doctor` asks the cluster about.
package struct Right: Sendable, Hashable {
    package let group: String
    /// In the plural, as in paths; a subresource behind a slash.
    package let resource: String
    package let verbs: [String]
    /// In all namespaces, or of what has none.
    package let isClusterWide: Bool
    /// Clusters without the kind do not need it.
    package let isOptional: Bool
    /// The only objects that it is about; empty: all.
    package let names: [String]

    private init(
        _ verbs: [String], _ resource: String, _ group: String = "", isClusterWide: Bool = false,
        isOptional: Bool = false, names: [String] = []
    ) {
        self.group = group
        self.resource = resource
        self.verbs = verbs
        self.isClusterWide = isClusterWide
        self.isOptional = isOptional
        self.names = names
    }

    private static let seeing = ["list", "watch"]

    package static let controller = [
        // Whose accelerators are idle, and who waits for some.
        Right(seeing, "nodes", isClusterWide: true), Right(seeing, "pods", isClusterWide: true),
        Right(seeing, "workloads", "kueue.x-k8s.io", isClusterWide: true, isOptional: true),
        Right(seeing, "resourceclaims", "resource.k8s.io", isClusterWide: true, isOptional: true),
        // What may be lent, and what is served.
        Right(seeing, "gpupools", CustomResource.group), Right(seeing, "servedmodels", CustomResource.group),
        Right(["patch"], "gpupools/status", CustomResource.group),
        Right(["patch"], "servedmodels/status", CustomResource.group),
        // Workers, in our own namespace only.
        Right(["get", "create", "delete"], "pods"), Right(["create"], "persistentvolumeclaims"),
        Right(["get", "create", "patch"], "leases", "coordination.k8s.io"),
        Right(["create"], "events", "events.k8s.io"),
        // The workers' token, when nobody has made one; never read.
        Right(["create"], "secrets"),
        // What the installation has brought is kept as it must be.
        Right(
            ["patch"], "priorityclasses", "scheduling.k8s.io", isClusterWide: true,
            names: [ClusterPolicies.priorityClassName]),
        Right(["patch"], "networkpolicies", "networking.k8s.io", names: ClusterPolicies.networkPolicyNames),
    ]

    /// Workers as they come and go, and the models that are offered.
    package static let gateway = [Right(seeing, "pods"), Right(seeing, "servedmodels", CustomResource.group)]

    /// What is asked of the cluster, one verb at a time.
    package func permissions(namespace: String) -> [Permission] {
        let parts = resource.split(separator: "/").map(String.init)
        let kind = ResourceKind<GenericObject>(group: group, version: "v1", plural: parts[0], kind: parts[0])
        return verbs.map {
            Permission(
                $0, kind, subresource: parts.count > 1 ? parts[1] : "", in: isClusterWide ? "" : namespace)
        }
    }

    /// As a role says it.
    var rule: JSON {
        var rule = JSONObject([("apiGroups", [.string(group)]), ("resources", [.string(resource)])])
        if !names.isEmpty { rule["resourceNames"] = .array(names.map { .string($0) }) }
        rule["verbs"] = .array(verbs.map { .string($0) })
        return .object(rule)
    }
}
