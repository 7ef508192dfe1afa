import JSON

/// A part of a list.
package struct ListPage<Object: KubernetesObject>: Sendable {
    package var objects: [Object]
    /// How many of its items could not be read.
    package var unreadable: Int
    /// The revision of the whole list, from which to watch.
    package var resourceVersion: String
    /// What the next page is asked for with; nil = this is the last.
    package var continueToken: String?

    package init(objects: [Object], unreadable: Int = 0, resourceVersion: String, continueToken: String? = nil) {
        self.objects = objects
        self.unreadable = unreadable
        self.resourceVersion = resourceVersion
        self.continueToken = continueToken
    }

    init(_ json: JSON) throws(KubernetesError) {
        guard let items = json["items"]?.array ?? (json["items"]?.isNull == true ? [] : nil) else {
            throw .malformed("a list has no items")
        }
        guard let version = json["metadata"]?["resourceVersion"]?.string, !version.isEmpty else {
            throw .malformed("a list has no resource version")
        }
        objects = items.compactMap { try? Object($0) }
        unreadable = items.count - objects.count
        resourceVersion = version
        continueToken = json["metadata"]?["continue"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension KubernetesClient {
    /// Reads one object.
    package func get<Object>(
        _ kind: ResourceKind<Object>, _ name: String, in namespace: String? = nil, within limit: Duration? = nil
    ) async throws(KubernetesError) -> Object {
        try await read(kind, .get(kind.path(namespace: namespace, name: name)), within: limit)
    }

    /// One page of a list, of `limit` objects at most.
    ///
    /// - Throws: a `KubernetesError` that `isExpired` when the server has forgotten the revision of `continueToken`.
    package func page<Object>(
        _ kind: ResourceKind<Object>, _ selection: Selection = .all, limit: Int, continueToken: String? = nil
    ) async throws(KubernetesError) -> ListPage<Object> {
        var query = selection.query
        query.append(("limit", String(limit)))
        if let continueToken { query.append(("continue", continueToken)) }
        let request = APIRequest.get(kind.path(namespace: selection.namespace), query: query)
        let answer = try await exchange(request, within: limits.page, maximumBytes: limits.pageBytes)
        return try ListPage(try answer.json())
    }

    /// All objects at one revision.
    package func list<Object>(
        _ kind: ResourceKind<Object>, _ selection: Selection = .all, pageLimit: Int = 500
    ) async throws(KubernetesError) -> ListPage<Object> {
        var all = try await page(kind, selection, limit: pageLimit)
        while let token = all.continueToken {
            let next = try await page(kind, selection, limit: pageLimit, continueToken: token)
            all.objects += next.objects
            all.unreadable += next.unreadable
            all.continueToken = next.continueToken
        }
        return all
    }

    /// Whether the server has this kind.
    package func serves<Object>(_ kind: ResourceKind<Object>) async throws(KubernetesError) -> Bool {
        let answer = try await exchange(.get(kind.discoveryPath))
        if answer.code == 404 { return false }
        return try answer.json()["resources"]?.array?.contains { $0["name"]?.string == kind.plural } ?? false
    }

    /// Sends a request and reads the object that it answers.
    func read<Object>(
        _ kind: ResourceKind<Object>, _ request: APIRequest, within limit: Duration? = nil
    ) async throws(KubernetesError) -> Object {
        let json = try await exchange(request, within: limit).json()
        do throws(ObjectError) { return try Object(json) } catch { throw .malformed("\(error)") }
    }
}
