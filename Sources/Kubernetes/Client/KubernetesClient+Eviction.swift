import JSON

/// What became of a wish that a pod leave its node.
package enum Eviction: Sendable, Equatable {
    /// It is on its way.
    case evicted
    /// It is not there any more, or another is in its place.
    case gone
    /// A disruption budget forbids it for now.
    case blocked(String)
}

extension KubernetesClient {
    /// Asks a pod to leave as a drain does, which minds disruption budgets.
    ///
    /// - Throws: also a refusal with the status 429 that no budget is the reason of: the server is overloaded.
    package func evict(
        _ name: String, in namespace: String, _ options: DeleteOptions = DeleteOptions()
    ) async throws(KubernetesError) -> Eviction {
        let path = ResourceKind.pods.path(namespace: namespace, name: name, subresource: "eviction")
        var body = JSONObject([
            ("apiVersion", "policy/v1"), ("kind", "Eviction"),
            ("metadata", ["name": .string(name), "namespace": .string(namespace)]),
        ])
        if options != DeleteOptions() { body["deleteOptions"] = options.json }
        let answer = try await exchange(.post(path, .object(body)))
        if answer.isSuccess { return .evicted }
        let refusal = answer.refusal
        switch refusal.code {
        case 404: return .gone
        case 409 where options.uid != nil && options.resourceVersion == nil: return .gone
        case 429 where refusal.hasCause("DisruptionBudget"):
            return .blocked(refusal.causes.first { $0.reason == "DisruptionBudget" }?.message ?? refusal.message)
        default: throw .refused(refusal)
        }
    }
}
