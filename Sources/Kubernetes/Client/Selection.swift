/// Which objects of a kind are meant.
package struct Selection: Sendable, Equatable {
    /// Nil = all namespaces.
    package var namespace: String?
    package var labels: LabelSelector
    package var fields: FieldSelector

    package init(
        in namespace: String? = nil, labels: LabelSelector = LabelSelector(), fields: FieldSelector = FieldSelector()
    ) {
        self.namespace = namespace
        self.labels = labels
        self.fields = fields
    }

    package static let all = Selection()

    var query: [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        if !labels.requirements.isEmpty { query.append(("labelSelector", labels.description)) }
        if !fields.requirements.isEmpty { query.append(("fieldSelector", fields.description)) }
        return query
    }
}
