import Harvest
package import Kubernetes

/// The kinds that are kept as they come.
extension ResourceKind where Object == GenericObject {
    package static var gpuPools: Self { Self(.gpuPools) }
    package static var servedModels: Self { Self(.servedModels) }

    package static var persistentVolumeClaims: Self {
        Self(group: "", version: "v1", plural: "persistentvolumeclaims", kind: "PersistentVolumeClaim")
    }

    package static var secrets: Self { Self(group: "", version: "v1", plural: "secrets", kind: "Secret") }

    static var networkPolicies: Self {
        Self(group: "networking.k8s.io", version: "v1", plural: "networkpolicies", kind: "NetworkPolicy")
    }

    static var genericPriorityClasses: Self {
        Self(
            group: "scheduling.k8s.io", version: "v1", plural: "priorityclasses", kind: "PriorityClass",
            isNamespaced: false)
    }

    private init(_ resource: CustomResource) {
        self.init(
            group: CustomResource.group, version: CustomResource.version, plural: resource.plural, kind: resource.kind)
    }
}
