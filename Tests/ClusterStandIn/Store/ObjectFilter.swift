import JSON
import Kubernetes

/// Which objects of a kind a request is about.
struct ObjectFilter: Sendable {
    var resource: APIResource
    /// Nil = all namespaces.
    var namespace: String?
    var labels = LabelSelector()
    var fields = FieldSelector()

    /// - Throws: `Refusal` for selectors that are none, or for fields that the kind has not.
    init(_ resource: APIResource, namespace: String?, query: [String: String]) throws(Refusal) {
        self.resource = resource
        self.namespace = namespace
        if let text = query["labelSelector"] {
            do { labels = try LabelSelector(parsing: text) } catch {
                throw .badRequest("unable to parse requirement: \(error.reason)")
            }
        }
        guard let text = query["fieldSelector"] else { return }
        do { fields = try FieldSelector(parsing: text) } catch { throw .badRequest(error.reason) }
        for requirement in fields.requirements where !resource.knows(requirement.field) {
            throw .badRequest("field label not supported: \(requirement.field)")
        }
    }

    func matches(_ key: ObjectKey, _ object: JSON) -> Bool {
        if let namespace, key.namespace != namespace { return false }
        return (labels.requirements.isEmpty || labels.matches(Self.labels(of: object)))
            && fields.matches { Self.text(object[path: $0.split(separator: ".").map(String.init)[...]]) }
    }

    private static func labels(of object: JSON) -> [String: String] {
        var labels: [String: String] = [:]
        for (key, value) in object[at: "metadata", "labels"]?.object ?? JSONObject() { labels[key] = value.string }
        return labels
    }

    private static func text(_ json: JSON?) -> String {
        switch json {
        case .string(let text): text
        case .bool(let isTrue): isTrue ? "true" : "false"
        default: ""
        }
    }
}

extension APIResource {
    fileprivate func knows(_ field: String) -> Bool {
        field == "metadata.name" || (field == "metadata.namespace" && isNamespaced) || fields.contains(field)
    }
}
