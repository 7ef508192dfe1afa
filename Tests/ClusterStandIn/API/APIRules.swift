import JSON
import Kubernetes

/// What a test can set about the server.
package struct APIRules: Sendable {
    /// Something that somebody wants to do.
    package struct Attempt: Sendable, Hashable {
        package var token: String?
        /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.
        package var verb: String
        package var group: String
        package var resource: String
        package var subresource: String
        package var namespace: String
    }

    package var resources = APIResource.table
    /// Nil = whatever namespace is named is there.
    package var namespaces: Set<String>?
    /// Nil = everybody is let in; otherwise the tokens, one of which each request must show.
    package var tokens: Set<String>?
    /// Who may do what.
    package var allows: @Sendable (Attempt) -> Bool = { _ in true }
    /// A watch from a revision that is forgotten is refused at once, instead of by an event. Real servers do both.
    package var refusesExpiredWatches = false
    /// Watches can begin with all objects (`sendInitialEvents`).
    package var hasWatchLists = true
    package var gitVersion = "v1.36.2"

    package init() {}

    var version: JSON {
        let parts = gitVersion.dropFirst().split(separator: ".").map(String.init)
        return [
            "major": .string(parts.first ?? "1"), "minor": .string(parts.dropFirst().first ?? ""),
            "gitVersion": .string(gitVersion), "platform": "linux/amd64",
        ]
    }

    func authenticate(_ request: StandInRequest) throws(Refusal) {
        guard let tokens, let token = request.token else { return }
        if !tokens.contains(token) { throw Refusal(401, "Unauthorized", "Unauthorized") }
    }

    func authorize(_ request: StandInRequest, _ target: Target) throws(Refusal) {
        guard let attempt = Attempt(request, target) else { return }
        let isKnown = tokens == nil || request.token != nil
        guard !isKnown || !allows(attempt) else { return }
        let user = isKnown ? "system:serviceaccount:gleaner:controller" : "system:anonymous"
        let place = attempt.namespace.isEmpty ? "at the cluster scope" : "in the namespace \"\(attempt.namespace)\""
        let what = attempt.resource + (attempt.subresource.isEmpty ? "" : "/\(attempt.subresource)")
        let words = "cannot \(attempt.verb) resource \"\(what)\" in API group \"\(attempt.group)\" \(place)"
        throw Refusal(
            403, "Forbidden", "\(attempt.resource) is forbidden: User \"\(user)\" \(words)",
            details: ["kind": .string(attempt.resource)])
    }

    func checkAccept(_ request: StandInRequest) throws(Refusal) {
        let known = ["", "application/json", "application/*", "*/*"]
        let wanted = request.accept.split(separator: ",").map { $0.prefix { $0 != ";" } }
        guard wanted.isEmpty || wanted.contains(where: { known.contains($0.filter { $0 != " " }) }) else {
            let message = "406: Not Acceptable\n\nAvailable representations: application/json"
            throw Refusal(406, "NotAcceptable", message, details: [:])
        }
    }

    func discovery(_ group: String, _ version: String) -> JSON {
        let served = resources.filter { $0.group == group && $0.version == version }
        let list = served.map { resource -> JSON in
            [
                "name": .string(resource.plural), "singularName": .string(resource.kind.lowercased()),
                "namespaced": .bool(resource.isNamespaced), "kind": .string(resource.kind),
                "verbs": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
            ]
        }
        return [
            "kind": "APIResourceList", "apiVersion": "v1",
            "groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"), "resources": .array(list),
        ]
    }

    /// The answer to a SelfSubjectAccessReview.
    func review(_ body: JSON, token: String?) -> JSON {
        let wish = body[at: "spec", "resourceAttributes"]
        let text = { (name: String) in wish?[name]?.string ?? "" }
        let attempt = Attempt(
            token: token, verb: text("verb"), group: text("group"), resource: text("resource"),
            subresource: text("subresource"), namespace: text("namespace"))
        var review = body
        review[at: "metadata"] = [:]
        review[at: "status"] = ["allowed": .bool(allows(attempt))]
        return review
    }
}

extension APIRules.Attempt {
    /// Nil for what needs no permission.
    fileprivate init?(_ request: StandInRequest, _ target: Target) {
        token = request.token
        switch target {
        case .collection(let resource, let place):
            (group, self.resource, subresource) = (resource.group, resource.plural, "")
            namespace = place ?? ""
            verb = request.method == "GET" ? (request.isWatch ? "watch" : "list") : Self.verb(request.method, all: true)
        case .object(let resource, let key, let part):
            (group, self.resource, subresource) = (resource.group, resource.plural, part ?? "")
            namespace = key.namespace
            verb = Self.verb(request.method, all: false)
        default: return nil
        }
    }

    private static func verb(_ method: String, all: Bool) -> String {
        switch method {
        case "POST": "create"
        case "PUT": "update"
        case "PATCH": "patch"
        case "DELETE": all ? "deletecollection" : "delete"
        default: "get"
        }
    }
}
