import JSON

/// Something that one may be allowed to do.
package struct Permission: Sendable, Hashable, CustomStringConvertible {
    /// `get`, `list`, `watch`, `create`, `patch`, `delete`, …
    package var verb: String
    package var group: String
    /// In the plural, as in paths.
    package var resource: String
    package var subresource: String
    /// Empty = in all namespaces.
    package var namespace: String

    package init<Object>(
        _ verb: String, _ kind: ResourceKind<Object>, subresource: String = "", in namespace: String = ""
    ) {
        self.verb = verb
        self.subresource = subresource
        self.namespace = namespace
        group = kind.group
        resource = kind.plural
    }

    package var description: String {
        let what = resource + (group.isEmpty ? "" : ".\(group)") + (subresource.isEmpty ? "" : "/\(subresource)")
        return "\(verb) \(what) in \(namespace.isEmpty ? "all namespaces" : "the namespace '\(namespace)'")"
    }

    fileprivate var json: JSON {
        var object = JSONObject([("verb", .string(verb)), ("resource", .string(resource))])
        for (name, value) in [("group", group), ("subresource", subresource), ("namespace", namespace)]
        where !value.isEmpty { object[name] = .string(value) }
        return .object(object)
    }
}

extension KubernetesClient {
    /// Whether we are allowed to do this, by the server's own word. Everybody may ask.
    package func mayI(_ permission: Permission) async throws(KubernetesError) -> Bool {
        let body: JSON = [
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": ["resourceAttributes": permission.json],
        ]
        let answer = try await exchange(.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body)).json()
        guard let isAllowed = answer["status"]?["allowed"]?.bool else {
            throw .malformed("a review of our rights says neither yes nor no")
        }
        return isAllowed
    }

    /// The server's version, such as `v1.36.2`.
    package func version() async throws(KubernetesError) -> String {
        guard let version = try await exchange(.get("/version")).json()["gitVersion"]?.string else {
            throw .malformed("it has no version")
        }
        return Words.excerpt(version, limit: 100)
    }
}
