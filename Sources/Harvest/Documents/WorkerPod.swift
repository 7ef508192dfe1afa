package import JSON

/// The pod of one worker: it holds nothing but its accelerators, cannot be in anybody's way, and is gone soon after it
/// is told to go.
package struct WorkerPod: Sendable {
    let name: String
    let node: String
    let pool: GPUPool
    let model: ServedModel
    let settings: WorkerSettings

    package init(name: String, node: String, pool: GPUPool, model: ServedModel, settings: WorkerSettings) {
        self.name = name
        self.node = node
        self.pool = pool
        self.model = model
        self.settings = settings
    }

    /// What no API server may ever be sent in a worker's pod, and why not, is what this leaves out: no finalizers (the
    /// pod would outlive its process), no preStop hook (it runs inside the grace), no owner's labels, no `nodeName` (it
    /// would pass by the scheduler), no requests for CPU or memory (an owner's pod would take its accelerators' pod for
    /// them).
    package var manifest: JSON {
        [
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": metadata,
            "spec": .object(spec),
        ]
    }

    private var metadata: JSON {
        [
            "name": .string(name),
            "namespace": .string(settings.namespace),
            "labels": [
                WorkerLabel.role: .string(WorkerLabel.worker), WorkerLabel.pool: .string(pool.name),
                WorkerLabel.model: .string(model.name),
            ],
            // An autoscaler may remove the node under it, unless the owner wants it kept.
            "annotations": [
                "cluster-autoscaler.kubernetes.io/safe-to-evict": .string(pool.keepAwake ? "false" : "true")
            ],
        ]
    }

    private var spec: JSONObject {
        var spec = JSONObject([
            ("priorityClassName", .string(settings.priorityClassName)), ("restartPolicy", "Never"),
            ("terminationGracePeriodSeconds", .int(pool.graceSeconds)), ("automountServiceAccountToken", false),
            ("enableServiceLinks", false), ("hostNetwork", false), ("hostPID", false), ("hostIPC", false),
            ("affinity", PodParts.pinned(to: node)), ("tolerations", .array(tolerations)),
            ("securityContext", PodParts.podSecurity), ("containers", [.object(container)]),
            ("volumes", .array(volumes)),
        ])
        if let name = pool.runtimeClassName { spec["runtimeClassName"] = .string(name) }
        return spec
    }

    /// The owner's list, and a short patience with a node that is unwell: Kubernetes' own would be five minutes.
    private var tolerations: [JSON] {
        pool.tolerations.map(\.json)
            + ["not-ready", "unreachable"].map {
                [
                    "key": .string("node.kubernetes.io/\($0)"), "operator": "Exists", "effect": "NoExecute",
                    "tolerationSeconds": 5,
                ]
            }
    }

    private var container: JSONObject {
        var container = JSONObject([
            ("name", "worker"), ("image", .string(model.image ?? settings.image)),
            ("imagePullPolicy", "IfNotPresent"), ("args", .array(engine.arguments.map { .string($0) })),
            ("env", .array(environment)),
            ("ports", [["name": "http", "containerPort": .int(settings.port)]]),
            ("resources", resources), ("securityContext", PodParts.containerSecurity),
            ("readinessProbe", readiness), ("volumeMounts", .array(mounts)),
        ])
        if let command = engine.command { container["command"] = .array(command.map { .string($0) }) }
        return container
    }

    private var engine: EngineArguments { EngineArguments(model, weights: weightsPath, port: settings.port) }

    /// A limit alone would be taken for a request of as much.
    private var resources: JSON {
        var limits = JSONObject([(pool.resource, .string("\(model.gpus)"))])
        guard let gibibytes = model.memoryGiB else { return ["limits": .object(limits)] }
        limits["memory"] = .string("\(gibibytes)Gi")
        return ["requests": ["memory": "0"], "limits": .object(limits)]
    }

    private var readiness: JSON {
        ["httpGet": ["path": .string(engine.healthPath), "port": "http"], "periodSeconds": 1, "timeoutSeconds": 1]
    }

    private var environment: [JSON] {
        let plain: [JSON] = [
            ["name": "HOME", "value": "/tmp"], ["name": "HF_HUB_OFFLINE", "value": "1"],
            ["name": "GLEANER_POOL", "value": .string(pool.name)],
        ]
        guard let name = engine.tokenVariable else { return plain }
        let reference: JSON = ["secretKeyRef": ["name": .string(settings.tokenSecret), "key": "token"]]
        return plain + [["name": .string(name), "valueFrom": reference]]
    }
}

extension WorkerPod {
    /// Where the model lies inside the container.
    private var weightsPath: String {
        switch model.source {
        case .repository(let name, let revision, let tag, let file):
            "/weights/\(WeightsCache.path(name, revision, tag, file))"
        case .volume(_, let path): "/weights/\(path)"
        }
    }

    private var mounts: [JSON] {
        [
            ["name": "weights", "mountPath": "/weights", "readOnly": true],
            ["name": "tmp", "mountPath": "/tmp"], ["name": "shm", "mountPath": "/dev/shm"],
        ]
    }

    private var volumes: [JSON] {
        let claim =
            switch model.source {
            case .repository: WeightsCache.claimName(pool: pool.name, node: node)
            case .volume(let claim, _): claim
            }
        return [
            ["name": "weights", "persistentVolumeClaim": ["claimName": .string(claim), "readOnly": true]],
            ["name": "tmp", "emptyDir": ["sizeLimit": "4Gi"]],
            ["name": "shm", "emptyDir": ["medium": "Memory", "sizeLimit": "16Gi"]],
        ]
    }
}
