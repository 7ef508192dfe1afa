package import JSON

/// A pod: what it asks for, where it may run and how it fares.
package struct Pod: KubernetesObject {
    package let metadata: ObjectMeta
    package let spec: PodSpec
    package let status: PodStatus

    package init(_ json: JSON) throws(ObjectError) {
        metadata = try ObjectMeta(json)
        spec = PodSpec(json["spec"])
        status = PodStatus(json["status"])
    }

    /// Its containers have ended for good: the scheduler counts its resources as free.
    package var isTerminal: Bool { status.phase == .succeeded || status.phase == .failed }

    /// Somebody has asked for its end.
    package var isDeleting: Bool { metadata.deletion != nil }

    /// Why it is being disturbed, if somebody said so. Only a reason: the sign is `metadata.deletion`.
    package var disruption: Condition? {
        status.conditions["DisruptionTarget"].flatMap { $0.status == .yes ? $0 : nil }
    }

    /// The scheduler has tried to place it and could not, or it waits behind a gate (`reason`).
    package var unscheduled: Condition? {
        guard spec.nodeName.isEmpty else { return nil }
        return status.conditions["PodScheduled"].flatMap { $0.status == .no ? $0 : nil }
    }
}

/// What a pod is to be.
package struct PodSpec: Sendable, Equatable {
    /// Empty while it is not bound.
    package var nodeName: String
    package var schedulerName: String
    package var priority: Int
    package var priorityClassName: String
    /// It may push others off their node.
    package var mayPreempt: Bool
    package var containers: [Container]
    package var initContainers: [Container]
    /// What the sandbox of its runtime class needs besides.
    package var overhead: ResourceList
    /// Amounts for the pod as a whole, which take the place of its containers' (`spec.resources`).
    package var podResources: ResourceList
    package var nodeSelector: [String: String]
    /// What a node must fulfil, any one term of it; nil = anything.
    package var requiredNodes: NodeSelector?
    package var tolerations: [Toleration]
    package var schedulingGates: [String]
    package var resourceClaims: [PodResourceClaim]
    package var terminationGraceSeconds: Int
    package var runtimeClassName: String?

    init(_ json: JSON?) {
        nodeName = json?["nodeName"]?.string ?? ""
        schedulerName = json?["schedulerName"]?.string ?? "default-scheduler"
        priority = json?["priority"]?.int ?? 0
        priorityClassName = json?["priorityClassName"]?.string ?? ""
        mayPreempt = json?["preemptionPolicy"]?.string != "Never"
        containers = (json?["containers"]?.array ?? []).map { Container($0) }
        initContainers = (json?["initContainers"]?.array ?? []).map { Container($0) }
        overhead = ResourceList(json?["overhead"], unreadable: .maximum)
        podResources = Container.requests(json?["resources"])
        nodeSelector = ObjectMeta.texts(json?["nodeSelector"])
        requiredNodes = NodeSelector(
            json?["affinity"]?["nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"])
        tolerations = (json?["tolerations"]?.array ?? []).compactMap { Toleration($0) }
        schedulingGates = (json?["schedulingGates"]?.array ?? []).compactMap { $0["name"]?.string }
        resourceClaims = (json?["resourceClaims"]?.array ?? []).compactMap { PodResourceClaim($0) }
        terminationGraceSeconds = json?["terminationGracePeriodSeconds"]?.int ?? 30
        runtimeClassName = json?["runtimeClassName"]?.string
    }
}

/// A claim that a pod names: an object of its own, or one made for it from a template.
package struct PodResourceClaim: Sendable, Equatable {
    package var name: String
    package var claimName: String?
    package var templateName: String?

    init?(_ json: JSON) {
        guard let name = json["name"]?.string else { return nil }
        self.name = name
        claimName = json["resourceClaimName"]?.string
        templateName = json["resourceClaimTemplateName"]?.string
    }
}
