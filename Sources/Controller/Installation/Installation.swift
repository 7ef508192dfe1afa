package import Harvest
package import JSON

/// What an installation brings besides the processes themselves, as documents for the API server.
package enum Installation {
    /// Our namespace holds nothing that has more rights than it needs.
    package static let namespace = "gleaner"

    /// Workers cannot reach the cluster, and nothing but gateways can reach workers.
    package static func policies(_ settings: WorkerSettings) -> [JSON] {
        [
            ClusterPolicies.priorityClass(name: settings.priorityClassName), ClusterPolicies.denyAll(settings),
            ClusterPolicies.workerPolicy(settings), ClusterPolicies.fetcherPolicy(settings),
            open("gleaner-gateway", settings.gatewayLabels, settings.namespace),
            open("gleaner-controller", [WorkerLabel.role: "controller"], settings.namespace),
        ]
    }

    /// For those of our pods that speak with clients, databases and the API server.
    private static func open(_ name: String, _ labels: [String: String], _ namespace: String) -> JSON {
        let labels = labels.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }
        return [
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata(name, namespace),
            "spec": [
                "podSelector": ["matchLabels": .object(JSONObject(labels))], "policyTypes": ["Ingress", "Egress"],
                "ingress": [[:]], "egress": [[:]],
            ],
        ]
    }

    /// Accounts, roles and who has them.
    package static func roles(namespace: String) -> [JSON] {
        account("gleaner-controller", namespace)
            + role("gleaner-controller", Right.controller.filter(\.isClusterWide), namespace, isClusterWide: true)
            + role("gleaner-controller", Right.controller.filter { !$0.isClusterWide }, namespace)
            + account("gleaner-gateway", namespace) + role("gleaner-gateway", Right.gateway, namespace)
    }

    private static func account(_ name: String, _ namespace: String) -> [JSON] {
        [["apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata(name, namespace)]]
    }

    /// A role, and its binding to the account of the same name.
    private static func role(
        _ name: String, _ rights: [Right], _ namespace: String, isClusterWide: Bool = false
    ) -> [JSON] {
        let group = "rbac.authorization.k8s.io"
        let kind = isClusterWide ? "ClusterRole" : "Role"
        let metadata = metadata(name, isClusterWide ? nil : namespace)
        return [
            [
                "apiVersion": .string(group + "/v1"), "kind": .string(kind), "metadata": metadata,
                "rules": .array(rights.map(\.rule)),
            ],
            [
                "apiVersion": .string(group + "/v1"), "kind": .string(kind + "Binding"), "metadata": metadata,
                "roleRef": ["apiGroup": .string(group), "kind": .string(kind), "name": .string(name)],
                "subjects": [["kind": "ServiceAccount", "name": .string(name), "namespace": .string(namespace)]],
            ],
        ]
    }

    private static func metadata(_ name: String, _ namespace: String?) -> JSON {
        var metadata = JSONObject([("name", .string(name))])
        if let namespace { metadata["namespace"] = .string(namespace) }
        return .object(metadata)
    }
}
