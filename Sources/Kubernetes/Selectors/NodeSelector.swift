import JSON

/// Which nodes a pod may run on: those that fulfil one of the terms.
package struct NodeSelector: Sendable, Equatable {
    package struct Term: Sendable, Equatable {
        /// Of the node's labels.
        package var labels: LabelSelector
        /// Of its fields; the only one is `metadata.name`.
        package var fields: LabelSelector
    }

    package var terms: [Term]

    package init(_ terms: [Term]) { self.terms = terms }

    /// The one node of this name.
    package static func named(_ name: String) -> NodeSelector {
        NodeSelector([Term(labels: LabelSelector(), fields: .equal("metadata.name", name))])
    }

    /// Nil for what is no selector.
    init?(_ json: JSON?) {
        guard let object = json?.object else { return nil }
        terms = (object["nodeSelectorTerms"]?.array ?? []).map { term in
            Term(labels: Self.requirements(term["matchExpressions"]), fields: Self.requirements(term["matchFields"]))
        }
    }

    private static func requirements(_ json: JSON?) -> LabelSelector {
        LabelSelector((json?.array ?? []).map { LabelSelector.Requirement($0) })
    }

    /// A term without requirements selects nothing.
    package func matches(_ node: ClusterNode) -> Bool {
        terms.contains { term in
            !(term.labels.requirements.isEmpty && term.fields.requirements.isEmpty)
                && term.labels.matches(node.metadata.labels) && term.fields.matches(["metadata.name": node.name])
        }
    }
}

extension PodSpec {
    /// Why the pod may not be placed on the node, by its selectors and the node's taints; resources are not looked at.
    package enum Misfit: Sendable, Equatable {
        case selector
        case affinity
        case cordoned
        case taint(Taint)
    }

    package func misfit(on node: ClusterNode) -> Misfit? {
        if !nodeSelector.allSatisfy({ node.metadata.labels[$0.key] == $0.value }) { return .selector }
        if let requiredNodes, !requiredNodes.matches(node) { return .affinity }
        let cordon = Taint(key: "node.kubernetes.io/unschedulable", effect: .noSchedule)
        if node.isUnschedulable, !tolerations.contains(where: { $0.tolerates(cordon) }) { return .cordoned }
        return node.repelling(tolerations).map { .taint($0) }
    }
}
