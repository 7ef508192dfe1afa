import JSON
package import Kubernetes

/// A kind of objects that the stand-in keeps; one group has one of a name.
package struct APIResource: Sendable, Hashable {
    package var group: String
    package var version: String
    package var plural: String
    package var kind: String
    package var isNamespaced = true
    /// Defined by a CustomResourceDefinition.
    package var isCustom = false
    package var hasStatus = false
    /// A change of the spec counts.
    package var hasGeneration = false
    /// By which fields one may select besides name and namespace.
    package var fields: Set<String> = []

    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// The name with the group, such as `leases.coordination.k8s.io`.
    package var qualifiedName: String { group.isEmpty ? plural : "\(plural).\(group)" }

    package static func == (left: APIResource, right: APIResource) -> Bool {
        left.plural == right.plural && left.group == right.group
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(plural) }

    package init(_ group: String, _ version: String, _ plural: String, _ kind: String) {
        self.group = group
        self.version = version
        self.plural = plural
        self.kind = kind
    }

    /// A resource of a CustomResourceDefinition, with a status.
    package static func custom(_ group: String, _ version: String, _ plural: String, _ kind: String) -> APIResource {
        var resource = APIResource(group, version, plural, kind)
        (resource.isCustom, resource.hasStatus, resource.hasGeneration) = (true, true, true)
        return resource
    }

    fileprivate static func builtIn(
        _ group: String, _ version: String, _ plural: String, _ kind: String, namespaced: Bool = true,
        status: Bool = false, generation: Bool = false, fields: Set<String> = []
    ) -> APIResource {
        var resource = APIResource(group, version, plural, kind)
        resource.isNamespaced = namespaced
        (resource.hasStatus, resource.hasGeneration, resource.fields) = (status, generation, fields)
        return resource
    }
}

extension APIResource {
    package static let pods = builtIn(
        "", "v1", "pods", "Pod", status: true, generation: true,
        fields: [
            "spec.nodeName", "spec.schedulerName", "spec.restartPolicy", "spec.serviceAccountName", "status.phase",
            "status.podIP", "status.nominatedNodeName",
        ])
    package static let nodes = builtIn(
        "", "v1", "nodes", "Node", namespaced: false, status: true, fields: ["spec.unschedulable"])
    package static let namespaces = builtIn(
        "", "v1", "namespaces", "Namespace", namespaced: false, status: true, fields: ["status.phase"])
    package static let events = builtIn(
        "events.k8s.io", "v1", "events", "Event",
        fields: ["regarding.name", "regarding.namespace", "regarding.uid", "regarding.kind", "reason", "type"])
    package static let priorityClasses = builtIn(
        "scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", namespaced: false)
    package static let leases = builtIn("coordination.k8s.io", "v1", "leases", "Lease")
    package static let disruptionBudgets = builtIn(
        "policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", status: true, generation: true)
    package static let gpuPools = custom("gleaner.dev", "v1alpha1", "gpupools", "GPUPool")
    package static let servedModels = custom("gleaner.dev", "v1alpha1", "servedmodels", "ServedModel")

    /// What the stand-in has unless a test says otherwise.
    package static let table: [APIResource] = [
        pods, nodes, namespaces, events, priorityClasses, leases, disruptionBudgets, gpuPools, servedModels,
        builtIn("", "v1", "configmaps", "ConfigMap"), builtIn("", "v1", "secrets", "Secret"),
        builtIn("", "v1", "serviceaccounts", "ServiceAccount"),
        builtIn("", "v1", "endpoints", "Endpoints"),
        builtIn("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", status: true),
        builtIn("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", generation: true),
        builtIn("resource.k8s.io", "v1", "resourceclaims", "ResourceClaim", status: true),
        builtIn("resource.k8s.io", "v1", "resourceslices", "ResourceSlice", namespaced: false),
        custom("kueue.x-k8s.io", "v1beta1", "workloads", "Workload"),
    ]

    /// The resource of this kind as our client names it.
    package init<Object>(_ kind: ResourceKind<Object>) {
        let known = Self.table.first { $0.group == kind.group && $0.plural == kind.plural }
        self = known ?? .custom(kind.group, kind.version, kind.plural, kind.kind)
        version = kind.version
    }
}
