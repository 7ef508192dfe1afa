package import JSON
package import Kubernetes

/// All objects, and how they came to be what they are: one counter of revisions for all kinds.
///
/// Revisions rise by one with each change, so that the change of a revision lies at a known place.
package struct ObjectHistory: Sendable {
    /// One change.
    package struct Entry: Sendable {
        package let revision: Int
        package let resource: APIResource
        package let key: ObjectKey
        package let before: JSON?
        /// The new state; of an object that is gone the last one, with the revision of its end.
        package let state: JSON
        package let isEnd: Bool

        /// The state that is there afterwards.
        package var after: JSON? { isEnd ? nil : state }
    }

    private var objects: [APIResource: [ObjectKey: JSON]] = [:]
    private var entries: [Entry] = []
    /// The revision before the first change that is remembered.
    package private(set) var oldest: Int
    package private(set) var revision: Int

    /// - Parameter start: the revision of the empty store.
    package init(start: Int = 100) { (oldest, revision) = (start, start) }

    package subscript(resource: APIResource, key: ObjectKey) -> JSON? { objects[resource]?[key] }

    package func count(_ resource: APIResource) -> Int { objects[resource]?.count ?? 0 }

    /// Sets an object and gives it its revision.
    @discardableResult package mutating func put(_ resource: APIResource, _ key: ObjectKey, _ object: JSON) -> JSON {
        let before = objects[resource]?[key]
        return note(resource, key, before: before, object, isEnd: false)
    }

    /// Takes an object away.
    ///
    /// - Returns: its last state.
    @discardableResult package mutating func remove(_ resource: APIResource, _ key: ObjectKey) -> JSON? {
        guard let before = objects[resource]?[key] else { return nil }
        return note(resource, key, before: before, before, isEnd: true)
    }

    private mutating func note(
        _ resource: APIResource, _ key: ObjectKey, before: JSON?, _ object: JSON, isEnd: Bool
    ) -> JSON {
        revision += 1
        var state = object
        state[at: "metadata", "resourceVersion"] = .string(String(revision))
        objects[resource, default: [:]][key] = isEnd ? nil : state
        entries.append(
            Entry(revision: revision, resource: resource, key: key, before: before, state: state, isEnd: isEnd))
        return state
    }

    /// The changes after a revision; nil when they are forgotten.
    package func changes(after revision: Int) -> ArraySlice<Entry>? {
        guard revision >= oldest else { return nil }
        return entries[min(revision - oldest, entries.count)...]
    }

    /// All objects of a kind by namespace and name, as they are or as they were.
    ///
    /// - Returns: nil when the revision is forgotten.
    package func list(_ resource: APIResource, at revision: Int? = nil) -> [(key: ObjectKey, object: JSON)]? {
        var states = objects[resource] ?? [:]
        if let revision, revision < self.revision {
            guard let later = changes(after: revision) else { return nil }
            for entry in later.reversed() where entry.resource == resource { states[entry.key] = entry.before }
        }
        return states.sorted { ($0.key.namespace, $0.key.name) < ($1.key.namespace, $1.key.name) }
            .map { (key: $0.key, object: $0.value) }
    }

    /// Forgets how things came to be what they are.
    package mutating func compact() { (entries, oldest) = ([], revision) }
}
