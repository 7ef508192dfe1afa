import Controller
import Harvest
import JSON
import Kubernetes

/// What an installation would have brought, under names of the scene's own.
extension RealGround {
    func prepare() async throws {
        try await define()
        try await make(.namespaces, namespace, ["metadata": ["labels": Self.restricted]])
        try await make(.namespaces, team, [:])
        try await install()
        try await weights()
    }

    /// As in `deploy/base`.
    private static let restricted: JSON = ["pod-security.kubernetes.io/enforce": "restricted"]

    private func define() async throws {
        for resource in [CustomResource.gpuPools, .servedModels] {
            _ = try await client.apply(
                .definitions, "\(resource.plural).\(CustomResource.group)", resource.definition,
                manager: "gleaner-scenes", force: true)
        }
        while true {
            let pools = try await client.serves(.gpuPools)
            let models = try await client.serves(.servedModels)
            if pools, models { return }
            try await tick()
        }
    }

    /// The account, its roles and their bindings, the workers' priority and the network's policies. What belongs to no
    /// namespace is named after the scene, but for the priority, which all have in common.
    private func install() async throws {
        let worker = WorkerSettings(namespace: namespace, image: "")
        for object in Installation.roles(namespace: namespace) + Installation.policies(worker) {
            guard let kind = Self.kinds[object["kind"]?.string ?? ""],
                let name = object["metadata"]?["name"]?.string
            else { throw GroundError.unknownKind(object["kind"]?.string ?? "") }
            if kind.isNamespaced || kind.plural == "priorityclasses" {
                let place = kind.isNamespaced ? namespace : nil
                _ = try await client.apply(kind, name, in: place, object, manager: "gleaner-scenes", force: true)
            } else {
                var own = object.setting("metadata", "name", to: .string("\(name)-\(id)"))
                if own["roleRef"] != nil { own = own.setting("roleRef", "name", to: .string("\(name)-\(id)")) }
                _ = try await client.create(kind, own)
            }
        }
    }

    private static let kinds: [String: ResourceKind<GenericObject>] = {
        let rbac = "rbac.authorization.k8s.io"
        let rows = [
            ("", "serviceaccounts", "ServiceAccount", true), (rbac, "roles", "Role", true),
            (rbac, "rolebindings", "RoleBinding", true), (rbac, "clusterroles", "ClusterRole", false),
            (rbac, "clusterrolebindings", "ClusterRoleBinding", false),
            ("scheduling.k8s.io", "priorityclasses", "PriorityClass", false),
            ("networking.k8s.io", "networkpolicies", "NetworkPolicy", true),
        ]
        return Dictionary(
            uniqueKeysWithValues: rows.map { group, plural, kind, isNamespaced in
                (
                    kind,
                    ResourceKind(group: group, version: "v1", plural: plural, kind: kind, isNamespaced: isNamespaced)
                )
            })
    }()

    /// A volume that every node could have, and the claim by which workers read it.
    private func weights() async throws {
        let size: JSON = ["storage": "1Gi"]
        try await make(
            .volumes, "weights-\(id)",
            [
                "spec": [
                    "capacity": size, "accessModes": ["ReadOnlyMany"], "storageClassName": "",
                    "hostPath": ["path": "/var/empty"], "persistentVolumeReclaimPolicy": "Retain",
                    "claimRef": ["namespace": .string(namespace), "name": "weights"],
                ]
            ])
        try await make(
            .claims, "weights",
            [
                "spec": [
                    "accessModes": ["ReadOnlyMany"], "storageClassName": "", "resources": ["requests": size],
                    "volumeName": .string("weights-\(id)"),
                ]
            ], in: namespace)
        while try await client.get(.claims, "weights", in: namespace).status?["phase"]?.string != "Bound" {
            try await tick()
        }
    }

    private func make(
        _ kind: ResourceKind<GenericObject>, _ name: String, _ body: JSON, in namespace: String? = nil
    ) async throws {
        _ = try await client.create(kind, body.setting("metadata", "name", to: .string(name)), in: namespace)
    }

    /// Takes away what the scene has brought, as far as it can be: one that stays hinders no other scene.
    func remove() async {
        _ = try? await client.delete(.namespaces, team)
        _ = try? await client.delete(.namespaces, namespace)
        await nodes.remove(from: [team, namespace])
        _ = try? await client.delete(.volumes, "weights-\(id)")
        _ = try? await client.delete(.priorityClasses, gentleClass)
        for kind in Self.kinds.values where kind.kind.hasPrefix("Cluster") {
            _ = try? await client.delete(kind, "gleaner-controller-\(id)")
        }
    }
}

extension JSON {
    /// Sets a member of a member.
    func setting(_ outer: String, _ inner: String, to value: JSON) -> JSON {
        var object = self.object ?? JSONObject()
        var part = object[outer]?.object ?? JSONObject()
        part[inner] = value
        object[outer] = .object(part)
        return .object(object)
    }
}
