import JSON
import Kubernetes

extension ControlPlane {
    mutating func create(
        _ resource: APIResource, namespace: String?, _ request: StandInRequest
    ) throws(Refusal) -> StandInAnswer {
        guard ["application/json", "application/yaml"].contains(request.contentType.prefix { $0 != ";" }) else {
            throw .unknownFormat("application/json, application/yaml, application/vnd.kubernetes.protobuf")
        }
        guard resource.isNamespaced == (namespace != nil) else { throw .noMethod }
        let object = try checked(try Self.json(request), resource, namespace: namespace)
        return StandInAnswer(201, try create(object, resource, namespace: namespace ?? "", request))
    }

    /// Checks what every write of an object must fulfil.
    func checked(_ object: JSON, _ resource: APIResource, namespace: String?) throws(Refusal) -> JSON {
        let kind = object["kind"]?.string ?? ""
        guard kind == resource.kind, object["apiVersion"]?.string == resource.apiVersion else {
            let version = object["apiVersion"]?.string ?? ""
            throw .badRequest("\(kind) in version \"\(version)\" cannot be handled as a \(resource.kind)")
        }
        if let other = object[at: "metadata", "namespace"]?.string, let namespace, other != namespace {
            throw .badRequest(
                "the namespace of the provided object does not match the namespace sent on the request")
        }
        return object
    }

    /// Lets a new object into the store; without a store's revision when it is only a try.
    mutating func create(
        _ wish: JSON, _ resource: APIResource, namespace: String, _ request: StandInRequest,
        manager: ManagedFields.Manager? = nil
    ) throws(Refusal) -> JSON {
        if let namespaces = rules.namespaces, !namespace.isEmpty, !namespaces.contains(namespace) {
            throw .notFound(.namespaces, namespace)
        }
        var object = wish
        let name = try nameOfNew(wish, resource)
        if resource.hasStatus { object[at: "status"] = nil }
        object[at: "metadata"] = newMetadata(wish["metadata"]?.object ?? JSONObject(), name, namespace, resource)
        if resource == .pods { object = try admitted(object, name) }
        if resource == .leases { try Self.checkTimes(object) }
        guard store[resource, ObjectKey(name, in: namespace)] == nil else { throw .alreadyExists(resource, name) }
        if let manager {
            object = try applied(object, to: nil, of: resource, by: manager, force: false)
        } else {
            var owners = ManagedFields(nil)
            owners.note(request.manager(of: resource, part: .main), from: nil, to: object, of: resource, at: now)
            object[at: "metadata", "managedFields"] = owners.json
        }
        return request.isDryRun ? object : store.put(resource, ObjectKey(name, in: namespace), object)
    }

    private mutating func nameOfNew(_ wish: JSON, _ resource: APIResource) throws(Refusal) -> String {
        if let name = wish[at: "metadata", "name"]?.string, !name.isEmpty {
            try Self.check(name, resource)
            return name
        }
        guard let prefix = wish[at: "metadata", "generateName"]?.string, !prefix.isEmpty else {
            let cause = RefusalCause.required("metadata.name", "name or generateName is required")
            throw .invalid(resource.group, resource.kind, "", [cause])
        }
        // What is in front must be a name, too, but for one dash at its end.
        try Self.check(prefix.hasSuffix("-") ? prefix.dropLast(2) + "a" : prefix, resource, field: "generateName")
        let name = prefix + String(String(nextNumber() + 100_000, radix: 36).suffix(5))
        try Self.check(name, resource)
        return name
    }

    /// A DNS subdomain (RFC 1123).
    private static func check(
        _ name: String, _ resource: APIResource, field: String = "name"
    ) throws(Refusal) {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isGood = labels.allSatisfy { label in
            !label.isEmpty && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        }
        guard !isGood || name.utf8.count > 253 else { return }
        let why = "\"\(name)\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters"
        throw .invalid(resource.group, resource.kind, name, [.invalid("metadata.\(field)", why)])
    }

    private mutating func newMetadata(
        _ wish: JSONObject, _ name: String, _ namespace: String, _ resource: APIResource
    ) -> JSON {
        var metadata = JSONObject([("name", .string(name))])
        metadata["generateName"] = wish["generateName"]
        if !namespace.isEmpty { metadata["namespace"] = .string(namespace) }
        metadata["uid"] = .string(nextUID())
        if resource.hasGeneration { metadata["generation"] = 1 }
        metadata["creationTimestamp"] = .string(now.seconds)
        for part in ["labels", "annotations", "ownerReferences", "finalizers"] {
            let value = wish[part]
            let isEmpty = value?.object?.isEmpty ?? value?.array?.isEmpty ?? true
            metadata[part] = isEmpty ? nil : value
        }
        return .object(metadata)
    }

    /// Times to the microsecond are all that a Lease's may be.
    static func checkTimes(_ lease: JSON) throws(Refusal) {
        for name in ["acquireTime", "renewTime"] {
            guard let text = lease[at: "spec", name]?.string else { continue }
            guard Timestamp(text) != nil, text.split(separator: ".").count == 2 else {
                let why = "parsing time \"\(text)\" as \"2006-01-02T15:04:05.000000Z07:00\""
                throw .badRequest("Lease in version \"v1\" cannot be handled as a Lease: \(why)")
            }
        }
    }
}

extension Refusal {
    static func unknownFormat(_ known: String) -> Refusal {
        let message = "the body of the request was in an unknown format - accepted media types include: "
        return Refusal(415, "UnsupportedMediaType", message + known)
    }
}

/// Which part of an object a write is about.
enum ObjectPart: Equatable {
    case main
    case status
}

extension StandInRequest {
    var isDryRun: Bool { query["dryRun"] == "All" }

    func manager(of resource: APIResource, part: ObjectPart, isApplier: Bool = false) -> ManagedFields.Manager {
        ManagedFields.Manager(
            name: query["fieldManager"] ?? "unknown", isApplier: isApplier, apiVersion: resource.apiVersion,
            subresource: part == .status ? "status" : "")
    }
}
