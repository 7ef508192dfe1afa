package import JSON

/// Which labels an object must have: all of the requirements.
package struct LabelSelector: Sendable, Equatable {
    package enum Requirement: Sendable, Equatable {
        case isOneOf(String, [String])
        /// Also fulfilled by an object without the label.
        case isNoneOf(String, [String])
        case exists(String)
        case absent(String)
        /// The label is a whole number above or below this one; only for nodes.
        case isAbove(String, Int)
        case isBelow(String, Int)
        /// We do not know what it asks: nothing fulfils it.
        case never
    }

    package var requirements: [Requirement]

    /// Without requirements everything is selected.
    package init(_ requirements: [Requirement] = []) { self.requirements = requirements }

    package static func equal(_ key: String, _ value: String) -> LabelSelector {
        LabelSelector([.isOneOf(key, [value])])
    }

    package func matches(_ labels: [String: String]) -> Bool { requirements.allSatisfy { $0.isFulfilled(by: labels) } }
}

extension LabelSelector.Requirement {
    package func isFulfilled(by labels: [String: String]) -> Bool {
        switch self {
        case .isOneOf(let key, let values): labels[key].map(values.contains) ?? false
        case .isNoneOf(let key, let values): !(labels[key].map(values.contains) ?? false)
        case .exists(let key): labels[key] != nil
        case .absent(let key): labels[key] == nil
        case .isAbove(let key, let bound): labels[key].flatMap { Int($0) }.map { $0 > bound } ?? false
        case .isBelow(let key, let bound): labels[key].flatMap { Int($0) }.map { $0 < bound } ?? false
        case .never: false
        }
    }

    /// Reads `{"key":…,"operator":"In","values":[…]}`.
    init(_ json: JSON) {
        guard let key = json["key"]?.string else {
            self = .never
            return
        }
        let values = (json["values"]?.array ?? []).compactMap(\.string)
        switch (json["operator"]?.string, values.first.flatMap { Int($0) }) {
        case ("In", _): self = .isOneOf(key, values)
        case ("NotIn", _): self = .isNoneOf(key, values)
        case ("Exists", _): self = .exists(key)
        case ("DoesNotExist", _): self = .absent(key)
        case ("Gt", let bound?): self = .isAbove(key, bound)
        case ("Lt", let bound?): self = .isBelow(key, bound)
        default: self = .never
        }
    }
}

extension LabelSelector {
    /// Reads `{"matchLabels":{…},"matchExpressions":[…]}`; what cannot be read selects nothing.
    package init(_ json: JSON) {
        guard let object = json.object else {
            self.init([.never])
            return
        }
        var requirements = (object["matchLabels"]?.object ?? JSONObject()).map { label in
            label.value.string.map { Requirement.isOneOf(label.key, [$0]) } ?? .never
        }
        if let labels = object["matchLabels"], labels.object == nil, !labels.isNull { requirements.append(.never) }
        switch object["matchExpressions"] {
        case .array(let expressions): requirements += expressions.map { Requirement($0) }
        case nil, .null: break
        default: requirements.append(.never)
        }
        self.init(requirements)
    }
}

extension LabelSelector: CustomStringConvertible {
    /// The form of the query `labelSelector`.
    package var description: String { requirements.map(\.description).joined(separator: ",") }
}

extension LabelSelector.Requirement: CustomStringConvertible {
    package var description: String {
        switch self {
        case .isOneOf(let key, let values) where values.count == 1: "\(key)=\(values[0])"
        case .isOneOf(let key, let values): "\(key) in (\(values.joined(separator: ",")))"
        case .isNoneOf(let key, let values) where values.count == 1: "\(key)!=\(values[0])"
        case .isNoneOf(let key, let values): "\(key) notin (\(values.joined(separator: ",")))"
        case .exists(let key): key
        case .absent(let key): "!\(key)"
        case .isAbove(let key, let bound): "\(key)>\(bound)"
        case .isBelow(let key, let bound): "\(key)<\(bound)"
        case .never: "!x,x"
        }
    }
}
