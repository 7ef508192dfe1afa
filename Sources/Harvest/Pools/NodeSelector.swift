/// Labels that a node must have, as in Kubernetes' label selectors: every part must hold, none means any node.
package struct NodeSelector: Sendable, Hashable {
    package enum Operator: String, Sendable, Hashable, CaseIterable {
        case isIn = "In"
        case notIn = "NotIn"
        case exists = "Exists"
        case doesNotExist = "DoesNotExist"
        /// Whole numbers; only in node affinity.
        case greaterThan = "Gt"
        case lessThan = "Lt"
    }

    package struct Expression: Sendable, Hashable {
        package let key: String
        package let comparison: Operator
        package let values: [String]

        package init(_ key: String, _ comparison: Operator, _ values: [String] = []) {
            self.key = key
            self.comparison = comparison
            self.values = values
        }

        /// A label that is absent satisfies `NotIn`, as in Kubernetes.
        package func matches(_ labels: [String: String]) -> Bool {
            let value = labels[key]
            switch comparison {
            case .isIn: return value.map(values.contains) ?? false
            case .notIn: return value.map { !values.contains($0) } ?? true
            case .exists: return value != nil
            case .doesNotExist: return value == nil
            case .greaterThan: return Self.isOrdered(values.first, value)
            case .lessThan: return Self.isOrdered(value, values.first)
            }
        }

        private static func isOrdered(_ less: String?, _ more: String?) -> Bool {
            guard let less = less.flatMap({ Int($0) }), let more = more.flatMap({ Int($0) }) else { return false }
            return less < more
        }
    }

    package var labels: [String: String] = [:]
    package var expressions: [Expression] = []

    package init(labels: [String: String] = [:], expressions: [Expression] = []) {
        self.labels = labels
        self.expressions = expressions
    }

    package func matches(_ other: [String: String]) -> Bool {
        labels.allSatisfy { other[$0.key] == $0.value } && expressions.allSatisfy { $0.matches(other) }
    }
}

/// The label by which an owner lends a node; taking it away is the kill switch.
package struct OptInLabel: Sendable, Hashable, CustomStringConvertible {
    package let key: String
    /// Nil for any value but `false`.
    package let value: String?

    package static let standard = OptInLabel(key: "gleaner.dev/harvest", value: nil)

    package init(key: String, value: String?) {
        self.key = key
        self.value = value
    }

    /// `key` or `key=value`.
    init(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(key: String(parts[0]), value: parts.count == 2 ? String(parts[1]) : nil)
    }

    package func isOn(_ labels: [String: String]) -> Bool {
        guard let found = labels[key] else { return false }
        return value.map { $0 == found } ?? (found != "false")
    }

    package var description: String { value.map { "\(key)=\($0)" } ?? key }
}
