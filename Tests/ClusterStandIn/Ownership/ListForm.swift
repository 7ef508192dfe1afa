import JSON

/// How a list is merged and owned.
enum ListForm: Equatable {
    /// As a whole.
    case atomic
    /// Item by item; these members of an item are its key.
    case keyed([String])
    /// Its values are what is owned.
    case set

    /// The form of the list at a path of names. Lists of custom resources are atomic, for their schemas say nothing.
    init(at path: [String], in resource: APIResource) {
        if path == ["metadata", "finalizers"] {
            self = .set
        } else if path == ["metadata", "ownerReferences"] {
            self = .keyed(["uid"])
        } else if resource.isCustom {
            self = .atomic
        } else {
            self = Self.builtIn[path.last ?? ""].map { .keyed($0) } ?? .atomic
        }
    }

    /// By the lists' names, which mean the same in all built-in kinds that the stand-in has.
    private static let builtIn: [String: [String]] = [
        "containers": ["name"], "initContainers": ["name"], "env": ["name"], "volumes": ["name"],
        "volumeMounts": ["mountPath"], "ports": ["containerPort", "protocol"], "conditions": ["type"],
        "containerStatuses": ["name"], "imagePullSecrets": ["name"], "schedulingGates": ["name"],
        "resourceClaims": ["name"], "addresses": ["type"], "topologySpreadConstraints": ["topologyKey"],
        "hostAliases": ["ip"], "podIPs": ["ip"],
    ]

    /// The element of a path that leads to an item; nil for one that has no key.
    func element(_ item: JSON) -> String? {
        switch self {
        case .atomic: return nil
        case .set: return "v:" + item.serialized()
        case .keyed(let keys):
            var key = JSONObject()
            for name in keys { key[name] = item[name] }
            return key.isEmpty ? nil : "k:" + JSON.object(key).serialized()
        }
    }
}

extension JSON {
    /// The object with the members of `patch`: objects and keyed lists grow together, everything else is replaced, and
    /// null takes a member away.
    func grown(by patch: JSON, at path: [String] = [], in resource: APIResource) -> JSON {
        switch (self, patch) {
        case (_, .object(let changes)):
            var object = self.object ?? JSONObject()
            for (name, value) in changes {
                object[name] =
                    value.isNull ? nil : (object[name] ?? .null).grown(by: value, at: path + [name], in: resource)
            }
            return .object(object)
        case (_, .array(let items)):
            let form = ListForm(at: path, in: resource)
            guard form != .atomic else { return patch }
            var list = array ?? []
            for item in items {
                let element = form.element(item)
                if let place = list.firstIndex(where: { form.element($0) == element }) {
                    list[place] = list[place].grown(by: item, at: path, in: resource)
                } else {
                    list.append(JSON.null.grown(by: item, at: path, in: resource))
                }
            }
            return .array(list)
        default: return patch
        }
    }
}
