/// The objects of a selection as they are by now, by name and by identity.
package struct ObjectStore<Object: KubernetesObject>: Sendable {
    private var objects: [ObjectKey: Object] = [:]
    private var keys: [String: ObjectKey] = [:]

    package init() {}

    package var count: Int { objects.count }
    package var all: [Object] { Array(objects.values) }

    package subscript(key: ObjectKey) -> Object? { objects[key] }
    package subscript(uid uid: String) -> Object? { keys[uid].flatMap { objects[$0] } }

    /// Takes a new state of an object. One of the same name with another identity is gone then.
    package mutating func put(_ object: Object) -> [Change<Object>] {
        let old = objects.updateValue(object, forKey: object.metadata.key)
        guard let old, old.metadata.uid != object.metadata.uid else {
            keys[object.metadata.uid] = object.metadata.key
            guard let old else { return [.added(object)] }
            return old == object ? [] : [.changed(from: old, to: object)]
        }
        keys[old.metadata.uid] = nil
        keys[object.metadata.uid] = object.metadata.key
        return [.removed(old), .added(object)]
    }

    /// Takes the last state of an object that is gone.
    package mutating func remove(_ object: Object) -> [Change<Object>] {
        guard let key = keys.removeValue(forKey: object.metadata.uid) else { return [] }
        objects[key] = nil
        return [.removed(object)]
    }

    /// Takes a list of all that there is.
    package mutating func replace(with list: [Object]) -> [Change<Object>] {
        var changes: [Change<Object>] = []
        let staying = Set(list.map(\.metadata.uid))
        for old in objects.values where !staying.contains(old.metadata.uid) { changes += remove(old) }
        for object in list { changes += put(object) }
        return changes
    }

    /// Whether both indices tell the same; for tests.
    package var isConsistent: Bool {
        keys.count == objects.count && keys.allSatisfy { objects[$0.value]?.metadata.uid == $0.key }
    }
}

/// How the objects of a selection change.
package enum Change<Object: KubernetesObject>: Sendable, Equatable {
    case added(Object)
    case changed(from: Object, to: Object)
    /// The last state that was seen.
    case removed(Object)
    /// All that was there at one moment has been said: after the first list, and after each that followed a gap.
    case synced

    /// The object as it is, or was.
    package var object: Object? {
        switch self {
        case .added(let object), .changed(_, let object), .removed(let object): object
        case .synced: nil
        }
    }
}
