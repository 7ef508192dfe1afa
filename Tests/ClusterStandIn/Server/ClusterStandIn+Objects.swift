package import JSON
package import Kubernetes
import Synchronization

extension ClusterStandIn {
    /// Does a request without the network: past faults, with the rules for clients.
    @discardableResult package func request(_ request: StandInRequest) -> StandInAnswer {
        state.withLock { state in
            defer { state.tellWatches() }
            return state.plane.answer(request)
        }
    }

    /// Creates an object, as an operator does.
    ///
    /// - Parameter object: its kind and version are filled in. A status is set as well: the one that the programs of a
    ///   real cluster would write, such as a node's.
    /// - Throws: `Refusal`.
    @discardableResult
    package func create(_ resource: APIResource, _ object: JSON, in namespace: String = "default") throws -> JSON {
        var object = object
        object[at: "kind"] = .string(resource.kind)
        object[at: "apiVersion"] = .string(resource.apiVersion)
        let path = Self.path(resource, in: namespace)
        let made = try Self.checked(request(StandInRequest("POST", path + "?fieldManager=test", object)))
        guard resource.hasStatus, let status = object["status"] else { return made }
        let name = made[at: "metadata", "name"]?.string ?? ""
        return try patch(resource, name, ["status": status], in: namespace, subresource: "status")
    }

    /// Changes members of an object (RFC 7386), as an operator does.
    @discardableResult
    package func patch(
        _ resource: APIResource, _ name: String, _ patch: JSON, in namespace: String = "default",
        subresource: String? = nil
    ) throws -> JSON {
        let path = Self.path(resource, in: namespace) + "/\(name)" + (subresource.map { "/\($0)" } ?? "")
        return try Self.checked(
            request(
                StandInRequest(
                    "PATCH", path + "?fieldManager=test", contentType: "application/merge-patch+json", patch)))
    }

    /// Deletes an object, as an operator does.
    @discardableResult
    package func delete(
        _ resource: APIResource, _ name: String, in namespace: String = "default", graceSeconds: Int? = nil
    ) throws -> JSON {
        var options = JSONObject([("kind", "DeleteOptions"), ("apiVersion", "v1")])
        options["gracePeriodSeconds"] = graceSeconds.map { .int($0) }
        return try Self.checked(
            request(StandInRequest("DELETE", Self.path(resource, in: namespace) + "/\(name)", .object(options))))
    }

    /// The object as it is.
    package func object(_ resource: APIResource, _ name: String, in namespace: String = "default") -> JSON? {
        let key = ObjectKey(name, in: resource.isNamespaced ? namespace : "")
        return state.withLock { $0.plane.store[resource, key] }
    }

    /// All objects of a kind by namespace and name.
    package func objects(_ resource: APIResource) -> [JSON] {
        state.withLock { $0.plane.store.list(resource)?.map(\.object) ?? [] }
    }

    package func pod(_ name: String, in namespace: String = "default") -> Pod? {
        object(.pods, name, in: namespace).flatMap { try? Pod($0) }
    }

    package var pods: [Pod] { objects(.pods).compactMap { try? Pod($0) } }
    package var nodes: [ClusterNode] { objects(.nodes).compactMap { try? ClusterNode($0) } }

    /// The revision of the last change.
    package var revision: Int { state.withLock { $0.plane.store.revision } }

    /// What happened before now is forgotten: watches and lists from before are refused.
    package func compact() { state.withLock { $0.plane.store.compact() } }

    /// Changes what the server allows and can.
    package func setRules(_ change: (inout APIRules) -> Void) { state.withLock { change(&$0.plane.rules) } }

    private static func path(_ resource: APIResource, in namespace: String) -> String {
        let root = (resource.group.isEmpty ? "/api/" : "/apis/") + resource.apiVersion
        return root + (resource.isNamespaced ? "/namespaces/\(namespace)" : "") + "/\(resource.plural)"
    }

    private static func checked(_ answer: StandInAnswer) throws -> JSON {
        guard (200..<300).contains(answer.code) else {
            throw Refusal(
                answer.code, answer.json["reason"]?.string ?? "", answer.json["message"]?.string ?? "",
                details: answer.json["details"])
        }
        return answer.json
    }
}

extension ClusterStandIn {
    /// What has happened to the objects of a kind since a revision, in the form of a watch; nothing when it is
    /// forgotten.
    package func changes(_ resource: APIResource, after revision: Int) -> [JSON] {
        let entries = state.withLock { $0.plane.store.changes(after: revision) } ?? []
        return entries.filter { $0.resource == resource }.map { entry in
            let type: JSON = entry.isEnd ? "DELETED" : entry.before == nil ? "ADDED" : "MODIFIED"
            return ["type": type, "object": entry.state]
        }
    }
}
