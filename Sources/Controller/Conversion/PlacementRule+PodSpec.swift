package import Harvest
package import Kubernetes

extension PlacementRule {
    package init(_ spec: PodSpec) {
        self.init(
            labels: spec.nodeSelector, anyOf: Self.terms(spec.requiredNodes),
            tolerations: spec.tolerations.map { Harvest.Toleration($0) })
    }

    /// A selector without a term that could be fulfilled selects nothing, but Harvest's empty list selects everything.
    private static func terms(_ selector: Kubernetes.NodeSelector?) -> [Harvest.NodeSelector] {
        guard let selector else { return [] }
        let terms = selector.terms.compactMap { term -> Harvest.NodeSelector? in
            let all = term.labels.requirements.map { Harvest.NodeSelector.Expression($0) }
            let fields = term.fields.requirements.map { Harvest.NodeSelector.Expression($0, isField: true) }
            return all.isEmpty && fields.isEmpty ? nil : Harvest.NodeSelector(expressions: all + fields)
        }
        return terms.isEmpty ? [Harvest.NodeSelector(expressions: [.never])] : terms
    }
}

/// A node's fields among its labels, so that one selector sees both: no label's key can have a colon.
enum FieldLabel {
    static func key(_ field: String) -> String { "field:\(field)" }

    static let name = key("metadata.name")
}

extension Harvest.NodeSelector.Expression {
    /// No value is among none.
    fileprivate static let never = Self("", .isIn)

    fileprivate init(_ requirement: LabelSelector.Requirement, isField: Bool = false) {
        func name(_ key: String) -> String { isField ? FieldLabel.key(key) : key }
        switch requirement {
        case .isOneOf(let key, let values): self.init(name(key), .isIn, values)
        case .isNoneOf(let key, let values): self.init(name(key), .notIn, values)
        case .exists(let key): self.init(name(key), .exists)
        case .absent(let key): self.init(name(key), .doesNotExist)
        case .isAbove(let key, let bound): self.init(name(key), .greaterThan, ["\(bound)"])
        case .isBelow(let key, let bound): self.init(name(key), .lessThan, ["\(bound)"])
        case .never: self = .never
        }
    }
}

extension Harvest.Toleration {
    init(_ toleration: Kubernetes.Toleration) {
        self.init(
            key: toleration.key, value: toleration.value,
            effect: toleration.effect.flatMap { Harvest.Taint.Effect(rawValue: $0.rawValue) })
    }
}

extension Kubernetes.NodeSelector {
    /// The one node that it leaves by name, as the pods of DaemonSets and our workers say it.
    var pinnedNode: String? {
        let names = terms.map { term in
            term.fields.requirements.compactMap { requirement -> String? in
                guard case .isOneOf("metadata.name", let names) = requirement, names.count == 1 else { return nil }
                return names[0]
            }.first
        }
        guard let first = names.first else { return nil }
        return names.allSatisfy { $0 == first } ? first : nil
    }
}
