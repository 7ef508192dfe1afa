package import JSON

/// The node-local home of weights: a volume for each node and pool, which its storage class makes on the node of the
/// first pod that mounts it; and the pod that fills it. Workers mount it read-only, so what runs on lent machines
/// downloads nothing.
package enum WeightsCache {
    /// A name of at most 63 characters for any pool and node.
    package static func claimName(pool: String, node: String) -> String {
        "gleaner-weights-\(StableHash.digits("\(pool)/\(node)"))"
    }

    /// Where a pulled model lies in a store: `models/OWNER/REPOSITORY/TAG/COMMIT`.
    static func path(_ name: String, _ revision: String, _ tag: String, _ file: String?) -> String {
        "models/\(name)/\(tag)/\(revision)" + (file.map { "/\($0)" } ?? "")
    }

    /// Names a model's weights wherever they lie: what `ClusterState.weights` holds of each node.
    package static func key(_ model: ServedModel) -> String {
        switch model.source {
        case .repository(let name, let revision, let tag, _): "\(name):\(tag)@\(revision)"
        case .volume(let claim, let path): "\(claim)/\(path)"
        }
    }

    /// The claim; nil for a pool without a cache.
    package static func claim(pool: GPUPool, node: String, settings: WorkerSettings) -> JSON? {
        guard let cache = pool.cache else { return nil }
        return [
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": [
                "name": .string(claimName(pool: pool.name, node: node)), "namespace": .string(settings.namespace),
                "labels": [WorkerLabel.pool: .string(pool.name)],
                "annotations": ["gleaner.dev/node": .string(node)],
            ],
            "spec": [
                "accessModes": ["ReadWriteOnce"], "storageClassName": .string(cache.storageClassName),
                "resources": ["requests": ["storage": .string("\(cache.gibibytes)Gi")]],
            ],
        ]
    }

    /// The pod that brings a model's weights to a node: it holds no accelerator, and it alone may leave the cluster.
    package static func fetcher(
        _ model: ServedModel, pool: GPUPool, node: String, settings: WorkerSettings
    ) -> JSON? {
        guard case .repository(let name, let revision, let tag, _) = model.source, pool.cache != nil else { return nil }
        let podName = "gleaner-fetch-\(StableHash.digits("\(pool.name)/\(node)/\(key(model))"))"
        let container: JSON = [
            "name": "fetcher", "image": .string(settings.image),
            "args": ["pull", .string("\(name):\(tag)"), "--revision", .string(revision)],
            "env": [["name": "HOME", "value": "/tmp"], ["name": "GLEANER_HOME", "value": "/weights"]],
            "securityContext": PodParts.containerSecurity,
            "volumeMounts": [["name": "weights", "mountPath": "/weights"], ["name": "tmp", "mountPath": "/tmp"]],
        ]
        return [
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": [
                "name": .string(podName), "namespace": .string(settings.namespace),
                "labels": [
                    WorkerLabel.role: .string(WorkerLabel.fetcher), WorkerLabel.pool: .string(pool.name),
                    WorkerLabel.model: .string(model.name),
                ],
            ],
            "spec": [
                "priorityClassName": .string(settings.priorityClassName), "restartPolicy": "Never",
                "terminationGracePeriodSeconds": .int(pool.graceSeconds), "automountServiceAccountToken": false,
                "enableServiceLinks": false, "affinity": PodParts.pinned(to: node),
                "tolerations": .array(pool.tolerations.map(\.json)), "securityContext": PodParts.podSecurity,
                "containers": [container],
                "volumes": [
                    [
                        "name": "weights",
                        "persistentVolumeClaim": ["claimName": .string(claimName(pool: pool.name, node: node))],
                    ],
                    ["name": "tmp", "emptyDir": ["sizeLimit": "1Gi"]],
                ],
            ],
        ]
    }
}

/// FNV-1a, for names that must be the same tomorrow.
enum StableHash {
    static func digits(_ text: String) -> String {
        let hash = text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 36)
    }
}
