package import JSON

extension JSON {
    /// The member at the end of a path of names; setting it makes the objects on the way.
    package subscript(at path: String...) -> JSON? {
        get { self[path: path[...]] }
        set { self[path: path[...]] = newValue }
    }

    subscript(path path: ArraySlice<String>) -> JSON? {
        get {
            guard let first = path.first else { return self }
            return self[first]?[path: path.dropFirst()]
        }
        set {
            guard let first = path.first else { return self = newValue ?? .null }
            guard newValue != nil || self[first] != nil else { return }
            var object = self.object ?? JSONObject()
            if path.count == 1 {
                object[first] = newValue
            } else {
                var member = object[first] ?? .object(JSONObject())
                member[path: path.dropFirst()] = newValue
                object[first] = member
            }
            self = .object(object)
        }
    }

    /// The same with the members of `patch` merged in (RFC 7386).
    func merged(with patch: JSON) -> JSON {
        guard let changes = patch.object else { return patch }
        var object = self.object ?? JSONObject()
        for (key, value) in changes {
            object[key] = value.isNull ? nil : (object[key] ?? .null).merged(with: value)
        }
        return .object(object)
    }
}
