import Kubernetes

/// What a path names.
enum Target {
    case collection(APIResource, namespace: String?)
    case object(APIResource, ObjectKey, subresource: String?)
    /// The kinds of a group and version.
    case discovery(group: String, version: String)
    case accessReview
    case version
    /// `/healthz` and its like.
    case health

    /// - Throws: what the API says of paths that it has not.
    init(path: String, resources: [APIResource]) throws(Refusal) {
        let parts = path.split(separator: "/").map { StandInRequest.decoded($0) }
        switch parts.first {
        case "version" where parts.count == 1: self = .version
        case "healthz", "livez", "readyz": self = .health
        case "api" where parts.count >= 2:
            try self.init(group: "", version: parts[1], parts.dropFirst(2), resources)
        case "apis" where parts.count >= 3:
            try self.init(group: parts[1], version: parts[2], parts.dropFirst(3), resources)
        default: throw .noPath
        }
    }

    private init(
        group: String, version: String, _ rest: ArraySlice<String>, _ resources: [APIResource]
    ) throws(Refusal) {
        if group == "authorization.k8s.io", version == "v1" {
            guard Array(rest) == ["selfsubjectaccessreviews"] else { throw .noResource }
            self = .accessReview
            return
        }
        let served = resources.filter { $0.group == group && $0.version == version }
        guard !served.isEmpty else { throw .noPath }
        guard !rest.isEmpty else {
            self = .discovery(group: group, version: version)
            return
        }
        // A namespace's own path has the form of a resource in it.
        let isOwn = rest.count == 3 && ["status", "finalize"].contains(rest.last)
        let isScoped = rest.first == "namespaces" && rest.count > 2 && !isOwn
        let namespace = isScoped ? rest[rest.startIndex + 1] : nil
        let parts = isScoped ? rest.dropFirst(2) : rest
        guard let plural = parts.first, let resource = served.first(where: { $0.plural == plural }),
            parts.count <= 3, namespace == nil || resource.isNamespaced
        else { throw .noResource }
        guard let name = parts.dropFirst().first else {
            self = .collection(resource, namespace: namespace)
            return
        }
        guard resource.isNamespaced == (namespace != nil) else { throw .noResource }
        self = .object(
            resource, ObjectKey(name, in: namespace ?? ""), subresource: parts.count == 3 ? parts.last : nil)
    }
}
