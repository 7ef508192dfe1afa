import JSON
import Kubernetes

extension ControlPlane {
    /// PUT and PATCH of an object or of its status.
    mutating func update(
        _ resource: APIResource, _ key: ObjectKey, part: ObjectPart, _ request: StandInRequest
    ) throws(Refusal) -> StandInAnswer {
        let form = request.method == "PUT" ? "" : String(request.contentType.prefix { $0 != ";" })
        if form == "application/apply-patch+yaml" { return try apply(resource, key, part: part, request) }
        try Self.checkForm(form, resource)
        let body = try Self.json(request)
        if request.method == "PUT" {
            _ = try checked(body, resource, namespace: key.namespace)
            if resource == .leases { try Self.checkTimes(body) }
        }
        guard let old = store[resource, key] else { throw .notFound(resource, key.name) }
        try checkIdentity(body, of: old, resource, key, isReplacement: request.method == "PUT")
        var wish =
            switch form {
            case "": body
            case "application/merge-patch+json": old.merged(with: body)
            default: old.grown(by: body, in: resource)
            }
        wish[at: "metadata", "managedFields"] = old[at: "metadata", "managedFields"]
        let manager = request.manager(of: resource, part: part)
        return StandInAnswer(200, try replace(old, with: wish, resource, key, part, request, updater: manager))
    }

    private static func checkForm(_ form: String, _ resource: APIResource) throws(Refusal) {
        let known = ["", "application/merge-patch+json", "application/strategic-merge-patch+json"]
        if form == known[2], resource.isCustom {
            throw .unknownFormat("application/merge-patch+json, application/apply-patch+yaml")
        }
        guard known.contains(form) else {
            throw Refusal(415, "UnsupportedMediaType", "415: Unsupported Media Type", details: [:])
        }
    }

    /// The body may say which object and which state of it is meant.
    private func checkIdentity(
        _ body: JSON, of old: JSON, _ resource: APIResource, _ key: ObjectKey, isReplacement: Bool = false
    ) throws(Refusal) {
        if let uid = body[at: "metadata", "uid"]?.string, uid != old[at: "metadata", "uid"]?.string {
            let why = "Precondition failed: UID in precondition: \(uid), UID in object meta: "
            throw .conflict(resource, key.name, why + (old[at: "metadata", "uid"]?.string ?? ""))
        }
        let version = body[at: "metadata", "resourceVersion"]?.string ?? ""
        if version.isEmpty, isReplacement, resource == .leases || resource.isCustom {
            let cause = RefusalCause.invalid("metadata.resourceVersion", "0x0: must be specified for an update")
            throw .invalid(resource.group, resource.plural, key.name, [cause])
        }
        if !version.isEmpty, version != old[at: "metadata", "resourceVersion"]?.string {
            throw .modified(resource, key.name)
        }
    }

    /// Server-side apply of an object or of its status; an object that is not there is made.
    private mutating func apply(
        _ resource: APIResource, _ key: ObjectKey, part: ObjectPart, _ request: StandInRequest
    ) throws(Refusal) -> StandInAnswer {
        let body = try checked(try Self.json(request), resource, namespace: resource.isNamespaced ? key.namespace : nil)
        guard !(request.query["fieldManager"] ?? "").isEmpty else {
            let cause = RefusalCause.required("fieldManager", "is required for apply patch")
            throw .invalid("meta.k8s.io", "PatchOptions", "", [cause])
        }
        guard body[at: "metadata", "managedFields"] == nil else {
            throw .badRequest("metadata.managedFields must be nil")
        }
        let manager = request.manager(of: resource, part: part, isApplier: true)
        guard let old = store[resource, key] else {
            guard part == .main else { throw .notFound(resource, key.name) }
            var wish = body
            wish[at: "metadata", "name"] = .string(key.name)
            let made = try create(wish, resource, namespace: key.namespace, request, manager: manager)
            return StandInAnswer(201, made)
        }
        try checkIdentity(body, of: old, resource, key)
        let config = Self.part(part, of: body, resource)
        let wish = try applied(
            config, to: old, of: resource, by: manager, force: request.query["force"] == "true")
        return StandInAnswer(200, try replace(old, with: wish, resource, key, part, request, updater: nil))
    }

    /// Only what a write of this part can set.
    private static func part(_ part: ObjectPart, of body: JSON, _ resource: APIResource) -> JSON {
        var config = body
        // These only say which object is meant.
        config[at: "metadata", "resourceVersion"] = nil
        config[at: "metadata", "uid"] = nil
        switch part {
        case .main: if resource.hasStatus { config[at: "status"] = nil }
        case .status:
            for name in config.object?.keys ?? [] where !["kind", "apiVersion", "metadata", "status"].contains(name) {
                config[at: name] = nil
            }
            if resource.isCustom { config[at: "metadata"] = ["name": body[at: "metadata", "name"] ?? .null] }
        }
        return config
    }

    /// Sets a part of an object to what is wished.
    ///
    /// - Parameter updater: who is noted as the one that changed it; nil when the owners are in `wish` already.
    mutating func replace(
        _ old: JSON, with wish: JSON, _ resource: APIResource, _ key: ObjectKey, _ part: ObjectPart,
        _ request: StandInRequest, updater: ManagedFields.Manager?
    ) throws(Refusal) -> JSON {
        var object = Self.joined(old, wish, resource, part)
        if resource == .leases { try Self.checkTimes(object) }
        if resource == .pods, part == .main { try Self.checkChange(from: old, to: object, key.name) }
        let isSame = Self.withoutOwners(object) == Self.withoutOwners(old)
        if let updater, !isSame {
            var owners = ManagedFields(old[at: "metadata", "managedFields"])
            owners.note(updater, from: old, to: object, of: resource, at: now)
            object[at: "metadata", "managedFields"] = owners.json
        }
        if isSame, updater != nil || object == old { return old }
        if resource.hasGeneration, part == .main, Self.content(object) != Self.content(old) {
            object[at: "metadata", "generation"] = .int((old[at: "metadata", "generation"]?.int ?? 0) + 1)
        }
        return request.isDryRun ? object : commit(object, resource, key)
    }

    /// Stores a new state; an object that was only held back goes when nobody holds it any more.
    mutating func commit(_ object: JSON, _ resource: APIResource, _ key: ObjectKey) -> JSON {
        let isDeleting = object[at: "metadata", "deletionTimestamp"] != nil
        let isHeld = !(object[at: "metadata", "finalizers"]?.array?.isEmpty ?? true)
        let isOver = object[at: "metadata", "deletionGracePeriodSeconds"]?.int ?? 0 == 0
        guard isDeleting, isOver, !isHeld else { return store.put(resource, key, object) }
        store.remove(resource, key)
        return object
    }

    /// The old object with the wished part; what the server sets stays.
    private static func joined(_ old: JSON, _ wish: JSON, _ resource: APIResource, _ part: ObjectPart) -> JSON {
        var object = part == .main ? wish : old
        object[at: "kind"] = old["kind"]
        object[at: "apiVersion"] = old["apiVersion"]
        if resource.hasStatus { object[at: "status"] = part == .main ? old["status"] : wish["status"] }
        var metadata = old["metadata"] ?? [:]
        // A status brings its labels along, except that of a custom resource.
        let free = ["labels", "annotations", "ownerReferences", "finalizers", "managedFields"]
        for name in free where part == .main || !resource.isCustom || name == "managedFields" {
            let value = wish[at: "metadata", name]
            let isEmpty = value?.object?.isEmpty ?? value?.array?.isEmpty ?? value?.isNull ?? true
            metadata[at: name] = isEmpty ? nil : value
        }
        object[at: "metadata"] = metadata
        return object
    }

    private static func withoutOwners(_ object: JSON) -> JSON {
        var object = object
        object[at: "metadata", "managedFields"] = nil
        return object
    }

    /// What counts for the generation.
    private static func content(_ object: JSON) -> JSON {
        var object = object
        object[at: "metadata"] = nil
        object[at: "status"] = nil
        return object
    }
}
