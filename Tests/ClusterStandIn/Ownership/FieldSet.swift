package import JSON

/// Fields of an object: each a path in the words of `fieldsV1`, such as `f:spec`, `f:containers`, `k:{"name":"main"}`.
package struct FieldSet: Sendable, Equatable {
    package typealias Path = [String]

    package var paths: Set<Path>

    package init(_ paths: Set<Path> = []) { self.paths = paths }

    /// Reads the form of `fieldsV1`.
    package init(_ json: JSON?) {
        paths = []
        read(json, at: [])
    }

    private mutating func read(_ json: JSON?, at path: Path) {
        guard let members = json?.object, !members.isEmpty else {
            if !path.isEmpty { paths.insert(path) }
            return
        }
        for (name, value) in members {
            if name == "." { paths.insert(path) } else { read(value, at: path + [name]) }
        }
    }

    package var json: JSON {
        var tree = JSON.object(JSONObject())
        for path in paths.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            // What is owned besides its members is marked by a dot.
            if tree[path: path[...]] == nil { tree[path: path[...]] = [:] }
        }
        for path in paths where !(tree[path: path[...]]?.object?.isEmpty ?? true) {
            tree[path: (path + ["."])[...]] = [:]
        }
        return tree
    }

    /// The form of messages: `.spec.containers[name="main"].image`.
    static func text(_ path: Path) -> String {
        path.map { element in
            let word = String(element.dropFirst(2))
            guard element.hasPrefix("k:"), let key = (try? JSON.parse(word))?.object else {
                return element.hasPrefix("v:") ? "[=\(word)]" : ".\(word)"
            }
            return "[" + key.map { "\($0.key)=\($0.value.serialized())" }.joined(separator: ",") + "]"
        }.joined()
    }
}

/// The fields of an object with their values.
struct FieldValues {
    private(set) var values: [FieldSet.Path: JSON] = [:]
    private let resource: APIResource

    /// What the server sets itself belongs to nobody.
    private static let metadata: Set<String> = [
        "name", "namespace", "uid", "resourceVersion", "creationTimestamp", "generation", "managedFields",
        "generateName", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink",
    ]

    init(_ object: JSON, of resource: APIResource) {
        self.resource = resource
        for (name, value) in object.object ?? JSONObject() where name != "kind" && name != "apiVersion" {
            guard name == "metadata" else {
                add(value, at: ["f:" + name], [name])
                continue
            }
            for (part, value) in value.object ?? JSONObject() where !Self.metadata.contains(part) {
                add(value, at: ["f:metadata", "f:" + part], [name, part])
            }
        }
    }

    private mutating func add(_ value: JSON, at path: FieldSet.Path, _ names: [String]) {
        switch value {
        case .object(let members) where !members.isEmpty:
            for (name, value) in members { add(value, at: path + ["f:" + name], names + [name]) }
        case .array(let items) where ListForm(at: names, in: resource) != .atomic && !items.isEmpty:
            let form = ListForm(at: names, in: resource)
            for item in items {
                guard let element = form.element(item) else { continue }
                values[path + [element]] = true
                if form != .set { add(item, at: path + [element], names) }
            }
        case .null: break
        default: values[path] = value
        }
    }

    var paths: Set<FieldSet.Path> { Set(values.keys) }
}

extension JSON {
    /// The same without what is at the path.
    func removing(_ path: ArraySlice<String>) -> JSON {
        guard let first = path.first else { return self }
        switch self {
        case .object(var object):
            let name = String(first.dropFirst(2))
            guard let member = object[name] else { return self }
            object[name] = path.count == 1 ? nil : member.removing(path.dropFirst())
            return .object(object)
        case .array(var items):
            guard let place = items.firstIndex(where: { $0.isItem(first) }) else { return self }
            if path.count == 1 {
                items.remove(at: place)
            } else {
                items[place] = items[place].removing(path.dropFirst())
            }
            return .array(items)
        default: return self
        }
    }

    private func isItem(_ element: String) -> Bool {
        guard let key = try? JSON.parse(String(element.dropFirst(2))) else { return false }
        if element.hasPrefix("v:") { return self == key }
        return key.object?.allSatisfy { self[$0.key] == $0.value } ?? false
    }
}
