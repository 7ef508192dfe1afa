/// Which fields an object must have: all of the requirements. Which fields can be asked for depends on the kind; every
/// kind has `metadata.name`, and pods `spec.nodeName`, `status.phase` and `spec.schedulerName` besides.
package struct FieldSelector: Sendable, Equatable {
    package struct Requirement: Sendable, Equatable {
        package var field: String
        package var value: String
        package var isEqual: Bool

        package init(field: String, value: String, isEqual: Bool = true) {
            self.field = field
            self.value = value
            self.isEqual = isEqual
        }
    }

    package var requirements: [Requirement]

    package init(_ requirements: [Requirement] = []) { self.requirements = requirements }

    package static func equal(_ field: String, _ value: String) -> FieldSelector {
        FieldSelector([Requirement(field: field, value: value)])
    }

    package func and(_ other: FieldSelector) -> FieldSelector { FieldSelector(requirements + other.requirements) }

    /// - Parameter field: the value of a field, nil for one that the kind has not; absent values are empty texts.
    package func matches(_ field: (String) -> String?) -> Bool {
        requirements.allSatisfy { requirement in
            guard let value = field(requirement.field) else { return false }
            return (value == requirement.value) == requirement.isEqual
        }
    }

    /// Reads the form of the query `fieldSelector`: `status.phase!=Failed,spec.nodeName=n1`, where `\` stands before a
    /// comma, an equals sign or a backslash that belongs to the value.
    package init(parsing text: String) throws(SelectorError) {
        var requirements: [Requirement] = []
        for part in Self.split(text, at: ",") where !part.isEmpty {
            let sides = Self.split(part, at: "=")
            guard sides.count >= 2 else { throw SelectorError(text: text, reason: "each part must be FIELD=VALUE") }
            var field = sides[0]
            let isEqual = !field.hasSuffix("!")
            if !isEqual { field.removeLast() }
            let values = sides.dropFirst(sides.count == 3 && sides[1].isEmpty && isEqual ? 2 : 1)
            guard values.count == 1, let value = values.last, !field.isEmpty else {
                throw SelectorError(text: text, reason: "each part must be FIELD=VALUE")
            }
            requirements.append(
                Requirement(field: field, value: Self.unescaped(value), isEqual: isEqual))
        }
        self.init(requirements)
    }

    /// Cuts at separators before which no backslash stands; backslashes stay.
    private static func split(_ text: String, at separator: Character) -> [String] {
        var (parts, isEscaped) = ([""], false)
        for character in text {
            if character == separator, !isEscaped {
                parts.append("")
                continue
            }
            isEscaped = character == "\\" && !isEscaped
            parts[parts.count - 1].append(character)
        }
        return parts
    }

    private static func unescaped(_ text: String) -> String {
        var (result, isEscaped) = ("", false)
        for character in text {
            isEscaped = character == "\\" && !isEscaped
            if !isEscaped { result.append(character) }
        }
        return result
    }
}

extension FieldSelector: CustomStringConvertible {
    package var description: String {
        requirements.map { "\($0.field)\($0.isEqual ? "=" : "!=")\(Self.escaped($0.value))" }.joined(separator: ",")
    }

    private static func escaped(_ value: String) -> String {
        String(value.flatMap { ",=\\".contains($0) ? ["\\", $0] : [$0] })
    }
}

extension Pod {
    /// The fields of a pod by which the API selects.
    package func field(_ name: String) -> String? {
        switch name {
        case "metadata.name": metadata.name
        case "metadata.namespace": metadata.namespace
        case "spec.nodeName": spec.nodeName
        case "spec.schedulerName": spec.schedulerName
        case "status.phase": status.phase.rawValue
        case "status.podIP": status.podIP
        case "status.nominatedNodeName": status.nominatedNodeName
        default: nil
        }
    }
}
