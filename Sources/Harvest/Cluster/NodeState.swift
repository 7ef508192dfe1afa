/// What we need to know of a node.
package struct NodeState: Sendable, Hashable {
    package let name: String
    package var labels: [String: String]
    package var taints: [Taint]
    package var isReady: Bool
    /// Cordoned (`spec.unschedulable`).
    package var isCordoned: Bool
    package var allocatable: Resources
    package var health: HealthReport

    package init(
        name: String, labels: [String: String] = [:], taints: [Taint] = [], isReady: Bool = true,
        isCordoned: Bool = false, allocatable: Resources, health: HealthReport = HealthReport()
    ) {
        self.name = name
        self.labels = labels
        self.taints = taints
        self.isReady = isReady
        self.isCordoned = isCordoned
        self.allocatable = allocatable
        self.health = health
    }
}

/// What an autoscaler marks a node with that it is about to remove.
enum AutoscalerTaint {
    /// The node is going.
    static let leaving: Set<String> = [
        "ToBeDeletedByClusterAutoscaler", "karpenter.sh/disrupted", "karpenter.sh/disruption",
    ]
    /// The node would go if nothing needed it.
    static let candidate: Set<String> = ["DeletionCandidateOfClusterAutoscaler"]

    /// The taint that tells workers to leave; a candidate's counts unless the owner wants workers to keep nodes up.
    static func first(_ taints: [Taint], keepAwake: Bool) -> Taint? {
        taints.first { leaving.contains($0.key) || (!keepAwake && candidate.contains($0.key)) }
    }
}
