package import JSON

/// An object of the API, read for what we use of it. The rest is not kept: objects are changed by patches, never
/// written back whole, so that nothing of others is lost that we do not know.
package protocol KubernetesObject: Sendable, Equatable {
    var metadata: ObjectMeta { get }

    /// Reads an object. Members that are unknown or of the wrong type count as absent, except where that would have us
    /// take what is not ours to take.
    ///
    /// - Throws: `ObjectError` for what has no identity.
    init(_ json: JSON) throws(ObjectError)
}

/// Why a value is no object of the API.
package enum ObjectError: Error, Equatable, CustomStringConvertible {
    /// The member is missing or of another type.
    case missing(String)

    package var description: String {
        switch self {
        case .missing(let member): "The object has no usable '\(member)'"
        }
    }
}

/// What all objects have.
package struct ObjectMeta: Sendable, Equatable {
    package var name: String
    /// Empty for what belongs to no namespace.
    package var namespace: String
    package var uid: String
    /// Opaque; equal for equal states of one object.
    package var resourceVersion: String
    package var generation: Int?
    package var creation: Timestamp?
    /// The object is to be gone by then.
    package var deletion: Timestamp?
    package var deletionGraceSeconds: Int?
    package var labels: [String: String]
    package var annotations: [String: String]
    package var owners: [OwnerReference]
    package var finalizers: [String]

    init(_ json: JSON) throws(ObjectError) {
        let metadata = json["metadata"]
        guard let name = metadata?["name"]?.string, !name.isEmpty else { throw .missing("metadata.name") }
        guard let uid = metadata?["uid"]?.string, !uid.isEmpty else { throw .missing("metadata.uid") }
        self.name = name
        self.uid = uid
        namespace = metadata?["namespace"]?.string ?? ""
        resourceVersion = metadata?["resourceVersion"]?.string ?? ""
        generation = metadata?["generation"]?.int
        creation = Timestamp(metadata?["creationTimestamp"])
        deletion = Timestamp(metadata?["deletionTimestamp"])
        deletionGraceSeconds = metadata?["deletionGracePeriodSeconds"]?.int
        labels = Self.texts(metadata?["labels"])
        annotations = Self.texts(metadata?["annotations"])
        owners = (metadata?["ownerReferences"]?.array ?? []).compactMap { OwnerReference($0) }
        finalizers = (metadata?["finalizers"]?.array ?? []).compactMap(\.string)
    }

    package var key: ObjectKey { ObjectKey(name, in: namespace) }

    static func texts(_ json: JSON?) -> [String: String] {
        var texts: [String: String] = [:]
        for (key, value) in json?.object ?? JSONObject() { texts[key] = value.string }
        return texts
    }
}

/// What an object is called among those of its kind that are there at one time.
package struct ObjectKey: Sendable, Hashable, CustomStringConvertible {
    package let namespace: String
    package let name: String

    package init(_ name: String, in namespace: String = "") {
        self.name = name
        self.namespace = namespace
    }

    package var description: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }
}

/// An object that this one goes with.
package struct OwnerReference: Sendable, Hashable {
    package var apiVersion: String
    package var kind: String
    package var name: String
    package var uid: String
    package var isController: Bool

    package init(apiVersion: String, kind: String, name: String, uid: String, isController: Bool = false) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.uid = uid
        self.isController = isController
    }

    init?(_ json: JSON) {
        guard let uid = json["uid"]?.string else { return nil }
        self.init(
            apiVersion: json["apiVersion"]?.string ?? "", kind: json["kind"]?.string ?? "",
            name: json["name"]?.string ?? "", uid: uid, isController: json["controller"]?.bool ?? false)
    }

    package var json: JSON {
        [
            "apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(name), "uid": .string(uid),
            "controller": .bool(isController),
        ]
    }
}
