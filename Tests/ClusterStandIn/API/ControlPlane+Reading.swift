import JSON
import Kubernetes

extension ControlPlane {
    /// A list, or a part of it: always of one revision.
    func list(_ filter: ObjectFilter, _ query: [String: String]) throws(Refusal) -> JSON {
        let token = try query["continue"].map(ContinueToken.init(parsing:))
        let version = try Self.revision(query["resourceVersion"])
        try check(version, match: query["resourceVersionMatch"])
        let isExact = query["resourceVersionMatch"] == "Exact"
        let revision = token?.revision ?? (isExact ? version ?? store.revision : store.revision)
        guard let states = store.list(filter.resource, at: revision) else {
            throw token.map { Self.expired($0) } ?? .expiredList
        }
        let all = states.filter { filter.matches($0.key, $0.object) }
        let rest = token.map { token in all.filter { (($0.key.namespace, $0.key.name)) > (token.namespace, token.name) }
        }
        // A list from the cache has no parts.
        let limit =
            version == 0 && token == nil ? nil : query["limit"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        return Self.page(rest ?? all, filter, limit: limit, at: revision)
    }

    private func check(_ version: Int?, match: String?) throws(Refusal) {
        if match != nil, version == nil {
            let cause = RefusalCause.forbidden(
                "resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided")
            throw .invalid("meta.k8s.io", "ListOptions", "", [cause])
        }
        guard let version, version > store.revision else { return }
        var refusal = Refusal(
            504, "Timeout", "Timeout: Too large resource version: \(version), current: \(store.revision)",
            details: [
                "causes": [["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]],
                "retryAfterSeconds": 1,
            ])
        refusal.retryAfterSeconds = 1
        throw refusal
    }

    private static func page(
        _ all: [(key: ObjectKey, object: JSON)], _ filter: ObjectFilter, limit: Int?, at revision: Int
    ) -> JSON {
        let shown = all.prefix(limit ?? all.count)
        var metadata = JSONObject([("resourceVersion", .string(String(revision)))])
        if shown.count < all.count, let last = shown.last {
            metadata["continue"] = .string(ContinueToken(revision: revision, last.key).text)
            let isWhole = filter.labels.requirements.isEmpty && filter.fields.requirements.isEmpty
            if isWhole { metadata["remainingItemCount"] = .int(all.count - shown.count) }
        }
        let resource = filter.resource
        return [
            "kind": .string("\(resource.kind)List"), "apiVersion": .string(resource.apiVersion),
            "metadata": .object(metadata), "items": .array(shown.map { item($0.object, of: resource) }),
        ]
    }

    /// Items of built-in kinds do not say their kind; those of custom ones do.
    private static func item(_ object: JSON, of resource: APIResource) -> JSON {
        guard !resource.isCustom else { return object }
        var object = object
        object[at: "kind"] = nil
        object[at: "apiVersion"] = nil
        return object
    }

    /// - Returns: nil when none is named.
    static func revision(_ text: String?) throws(Refusal) -> Int? {
        guard let text, !text.isEmpty else { return nil }
        if let revision = Int(text), revision >= 0 { return revision }
        let why = "strconv.ParseUint: parsing \"\(text)\": invalid syntax"
        throw .badRequest("invalid resource version: resourceVersion: Invalid value: \"\(text)\": \(why)")
    }

    private static func expired(_ token: ContinueToken) -> Refusal {
        var refusal = Refusal(
            410, "Expired", "The provided continue parameter is too old to display a consistent list result.")
        var rest = token
        rest.revision = nil
        refusal.continueToken = rest.text
        return refusal
    }
}

/// Where the next part of a list begins.
private struct ContinueToken {
    /// Nil = whatever is there by then: the rest is not of one revision with what came before.
    var revision: Int?
    let namespace: String
    let name: String

    init(revision: Int?, _ key: ObjectKey) {
        self.revision = revision
        (namespace, name) = (key.namespace, key.name)
    }

    init(parsing text: String) throws(Refusal) {
        let parts = text.split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "v1", let revision = Int(parts[1]) else {
            throw .badRequest("invalid continue token: continue key is not valid: \(text)")
        }
        self.init(revision: revision < 0 ? nil : revision, ObjectKey(String(parts[3]), in: String(parts[2])))
    }

    var text: String { "v1~\(revision ?? -1)~\(namespace)~\(name)" }
}
