package import Harvest
package import Kubernetes

extension NodeState {
    /// A node that is being deleted takes nothing more: it counts as cordoned.
    package init(_ node: ClusterNode) {
        self.init(
            name: node.name, labels: node.metadata.labels.merging([FieldLabel.name: node.name]) { $1 },
            taints: node.taints.map { Harvest.Taint($0) }, isReady: node.isReady,
            isCordoned: node.isUnschedulable || node.metadata.deletion != nil, allocatable: Resources(node.allocatable),
            health: HealthReport(annotations: node.metadata.annotations))
    }
}

extension Harvest.Taint {
    init(_ taint: Kubernetes.Taint) {
        self.init(taint.key, taint.value, Effect(rawValue: taint.effect.rawValue) ?? .noExecute)
    }
}

/// The annotations by which an owner's device monitoring tells us what it sees on a node; each is a whole number.
package enum HealthAnnotation {
    /// The driver's last critical error; 0 for none.
    package static let xid = "gleaner.dev/xid"
    package static let uncorrectableErrors = "gleaner.dev/uncorrectable-errors"
    package static let maximumCelsius = "gleaner.dev/maximum-celsius"
    package static let foreignProcesses = "gleaner.dev/foreign-processes"
}

extension HealthReport {
    /// What is not there or is no number says nothing.
    init(annotations: [String: String]) {
        func number(_ key: String) -> Int? { annotations[key].flatMap { Int($0) } }
        self.init(
            xid: number(HealthAnnotation.xid).flatMap { $0 == 0 ? nil : $0 },
            uncorrectableErrors: number(HealthAnnotation.uncorrectableErrors) ?? 0,
            maximumCelsius: number(HealthAnnotation.maximumCelsius),
            numForeignProcesses: number(HealthAnnotation.foreignProcesses) ?? 0)
    }
}
