package import JSON

/// A node of the cluster.
package struct ClusterNode: KubernetesObject {
    package let metadata: ObjectMeta
    /// Cordoned.
    package let isUnschedulable: Bool
    package let taints: [Taint]
    package let capacity: ResourceList
    /// What pods may ask for in all; what cannot be read counts as nothing.
    package let allocatable: ResourceList
    package let conditions: [Condition]
    package let internalIP: String?
    package let kubeletVersion: String

    package init(_ json: JSON) throws(ObjectError) {
        metadata = try ObjectMeta(json)
        let (spec, status) = (json["spec"], json["status"])
        isUnschedulable = spec?["unschedulable"]?.bool ?? false
        taints = (spec?["taints"]?.array ?? []).compactMap { Taint($0) }
        capacity = ResourceList(status?["capacity"], unreadable: .zero)
        allocatable = ResourceList(status?["allocatable"], unreadable: .zero)
        conditions = [Condition](status?["conditions"])
        let addresses = status?["addresses"]?.array ?? []
        internalIP = addresses.first { $0["type"]?.string == "InternalIP" }?["address"]?.string
        kubeletVersion = status?["nodeInfo"]?["kubeletVersion"]?.string ?? ""
    }

    package var name: String { metadata.name }
    package var isReady: Bool { conditions.isTrue("Ready") }

    /// The first taint that keeps a pod of these tolerations from being placed here.
    package func repelling(_ tolerations: [Toleration]) -> Taint? {
        taints.first { taint in taint.effect != .preferNoSchedule && !tolerations.contains { $0.tolerates(taint) } }
    }
}
