/// What is wrong with one member of a custom resource, in a sentence for its owner: it becomes the message of a status
/// condition.
package struct SpecProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The place in dotted form, such as `spec.windows[1].from`.
    package let field: String
    /// What follows the field's name: what was found and what to write instead.
    package let sentence: String

    package init(_ field: String, _ sentence: String) {
        self.field = field
        self.sentence = sentence
    }

    package var description: String { "\(field) \(sentence)" }

    /// Names of ours become values of labels, which are shorter than names may be.
    static func ofName(_ name: String) -> [SpecProblem] {
        guard name.utf8.count > mostNameBytes else { return [] }
        let advice = "make the object anew under a name of at most \(mostNameBytes)"
        return [SpecProblem("metadata.name", "has \(name.utf8.count) characters; \(advice).")]
    }

    private static let mostNameBytes = 63

    /// `name` as a member of the object at `path`.
    static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// A text of a stranger in quotes, cut where it is long.
    static func quoted(_ text: String) -> String {
        let shown = text.unicodeScalars.prefix(64).map { $0.properties.generalCategory == .control ? "?" : "\($0)" }
        return "\"\(shown.joined())\(text.unicodeScalars.count > 64 ? "…" : "")\""
    }
}

/// Everything that is wrong with one object; never empty.
package struct SpecProblems: Error, Sendable, Equatable, CustomStringConvertible {
    package let all: [SpecProblem]

    /// One sentence after the other, as a condition's message, which Kubernetes keeps below 32 KiB.
    package var description: String {
        let shown = all.prefix(8).map(\.description).joined(separator: " ")
        return all.count > 8 ? "\(shown) And \(all.count - 8) more." : shown
    }
}
