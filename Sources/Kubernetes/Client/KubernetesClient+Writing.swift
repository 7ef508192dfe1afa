package import JSON
import NIOHTTP1

/// A part of an object that is written by itself.
package enum Subresource: String, Sendable {
    case status
}

/// How an object is to go.
package struct DeleteOptions: Sendable, Equatable {
    /// Only the object with this identity.
    package var uid: String?
    /// Only in this state.
    package var resourceVersion: String?
    /// How long its processes have to exit; nil = what the object says. At least a second: without any, the API server
    /// would take a pod for gone, and give its devices away, while its processes still run.
    package var graceSeconds: Int?

    package init(uid: String? = nil, resourceVersion: String? = nil, graceSeconds: Int? = nil) {
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.graceSeconds = graceSeconds.map { max($0, 1) }
    }

    var json: JSON {
        var preconditions = JSONObject()
        preconditions["uid"] = uid.map { .string($0) }
        preconditions["resourceVersion"] = resourceVersion.map { .string($0) }
        var options = JSONObject([("kind", "DeleteOptions"), ("apiVersion", "v1")])
        if !preconditions.isEmpty { options["preconditions"] = .object(preconditions) }
        options["gracePeriodSeconds"] = graceSeconds.map { .int(max($0, 1)) }
        return .object(options)
    }
}

/// What became of a wish that an object go.
package enum Deletion<Object: KubernetesObject>: Sendable, Equatable {
    /// It is gone.
    case gone
    /// It is on its way, as this state of it says.
    case going(Object)
}

extension KubernetesClient {
    /// Creates an object.
    ///
    /// - Parameter body: the object; its kind and version are filled in.
    package func create<Object>(
        _ kind: ResourceKind<Object>, _ body: JSON, in namespace: String? = nil, manager: String = "gleaner",
        within limit: Duration? = nil
    ) async throws(KubernetesError) -> Object {
        let query = [(name: "fieldManager", value: manager), (name: "fieldValidation", value: "Warn")]
        let request = APIRequest.post(kind.path(namespace: namespace), kind.named(body), query: query)
        return try await read(kind, request, within: limit)
    }

    /// Sets the fields of `body` and takes back those of the manager's that it leaves out (server-side apply).
    ///
    /// - Parameters:
    ///   - body: the fields without kind, version and name, which are filled in.
    ///   - force: takes fields over from other managers instead of failing with a conflict.
    package func apply<Object>(
        _ kind: ResourceKind<Object>, _ name: String, in namespace: String? = nil, _ body: JSON,
        manager: String = "gleaner", force: Bool = false, subresource: Subresource? = nil
    ) async throws(KubernetesError) -> Object {
        var query = [(name: "fieldManager", value: manager)]
        if force { query.append(("force", "true")) }
        let path = kind.path(namespace: namespace, name: name, subresource: subresource?.rawValue)
        let body = kind.named(body, name: name, namespace: namespace)
        return try await read(kind, .patch(path, .apply, body, query: query))
    }

    /// Changes members of an object (RFC 7386): null takes one away, an array is replaced as a whole.
    ///
    /// - Parameter resourceVersion: only in this state; otherwise the error `isConflict`.
    package func merge<Object>(
        _ kind: ResourceKind<Object>, _ name: String, in namespace: String? = nil, _ patch: JSON,
        resourceVersion: String? = nil, subresource: Subresource? = nil, manager: String = "gleaner",
        within limit: Duration? = nil
    ) async throws(KubernetesError) -> Object {
        var patch = patch
        if let resourceVersion { patch = patch.settingMetadata("resourceVersion", to: .string(resourceVersion)) }
        let path = kind.path(namespace: namespace, name: name, subresource: subresource?.rawValue)
        let request = APIRequest.patch(path, .merge, patch, query: [("fieldManager", manager)])
        return try await read(kind, request, within: limit)
    }

    /// Asks for an object's end. One that is not there any more is an error that `isNotFound`.
    package func delete<Object>(
        _ kind: ResourceKind<Object>, _ name: String, in namespace: String? = nil,
        _ options: DeleteOptions = DeleteOptions()
    ) async throws(KubernetesError) -> Deletion<Object> {
        var request = APIRequest(method: .DELETE, path: kind.path(namespace: namespace, name: name))
        request.body = options.json
        let json = try await exchange(request).json()
        if json["kind"]?.string == "Status" { return .gone }
        do throws(ObjectError) {
            let object = try Object(json)
            return object.metadata.deletion == nil ? .gone : .going(object)
        } catch { throw .malformed("\(error)") }
    }
}

extension ResourceKind {
    /// The object with its kind, version and what else it is called filled in.
    fileprivate func named(_ body: JSON, name: String? = nil, namespace: String? = nil) -> JSON {
        var object = JSONObject([("apiVersion", .string(apiVersion)), ("kind", .string(kind))])
        for (key, value) in body.object ?? JSONObject() where !object.contains(key) { object[key] = value }
        var json = JSON.object(object)
        if let name { json = json.settingMetadata("name", to: .string(name)) }
        if isNamespaced, let namespace { json = json.settingMetadata("namespace", to: .string(namespace)) }
        return json
    }
}

extension JSON {
    fileprivate func settingMetadata(_ key: String, to value: JSON) -> JSON {
        var object = self.object ?? JSONObject()
        var metadata = object["metadata"]?.object ?? JSONObject()
        metadata[key] = value
        object["metadata"] = .object(metadata)
        return .object(object)
    }
}
