import ClusterStandIn
package import Controller
import Harvest
package import JSON
package import Kubernetes
import Logging
import Synchronization
package import WebTestSupport

/// Controllers, an owner and accelerators in one cluster, whatever it is made of.
package struct Scene: Sendable {
    package let ground: any ClusterGround
    package let book = LogBook()

    package var client: KubernetesClient { ground.client }

    /// A scene without nodes.
    package init(on ground: any ClusterGround) async throws {
        self.ground = ground
        let gentle: JSON = ["metadata": ["name": .string(ground.gentleClass)], "value": 0, "preemptionPolicy": "Never"]
        _ = try await client.create(.priorityClasses, gentle)
    }

    /// A scene with a node of lent accelerators, a pool `p` and a model `m` of which some workers are kept.
    package static func run(
        in kind: ClusterGrounds, gpus: Int = 1, warm: Int = 1, pool: JSON = ["idleAfter": "1s"],
        _ body: @Sendable (Scene) async throws -> Void
    ) async throws {
        try await kind.run { ground in
            let scene = try await Scene(on: ground)
            try await scene.addNode("n1", gpus: gpus)
            _ = try await scene.addModel("m", warm: warm)
            _ = try await scene.addPool("p", pool)
            try await body(scene)
        }
    }

    // MARK: What is brought

    package static let lent = ["gleaner.dev/harvest": "true"]

    package func addNode(_ name: String, gpus: Int, isLent: Bool = true) async throws {
        try await ground.add(node: name, gpus: gpus, labels: isLent ? Self.lent : [:])
    }

    @discardableResult package func addModel(
        _ name: String, warm: Int, gpus: Int = 1
    ) async throws -> GenericObject {
        try await client.create(
            .servedModels,
            [
                "metadata": ["name": .string(name)],
                "spec": [
                    "source": ["volume": ["claim": "weights", "path": "m.gguf"]], "minimumWarm": .int(warm),
                    "resources": ["gpus": .int(gpus), "memoryGiB": 64],
                    "expected": ["tokensPerSecond": 100, "loadTime": "1s"],
                ],
            ], in: ground.namespace)
    }

    /// A pool of the scene's own nodes, and of no others that the cluster may have.
    @discardableResult package func addPool(_ name: String, _ spec: JSON) async throws -> GenericObject {
        var spec = spec.object ?? JSONObject()
        spec["nodeSelector"] = ["matchLabels": .object(JSONObject([(ground.mark.key, .string(ground.mark.value))]))]
        return try await client.create(
            .gpuPools, ["metadata": ["name": .string(name)], "spec": .object(spec)], in: ground.namespace)
    }

    package func patchPool(_ spec: JSON) async throws {
        _ = try await client.merge(.gpuPools, "p", in: ground.namespace, ["spec": spec])
    }

    package func patchNode(_ name: String, _ patch: JSON) async throws {
        _ = try await client.merge(.anyNodes, ground.node(name), patch)
    }

    /// The owner's pod, which may push nobody off unless `mayPreempt`: its room is ours to make.
    package func addOwnersPod(_ name: String, gpus: Int = 1, mayPreempt: Bool = false) async throws {
        let nodes: JSON = .object(JSONObject([(ground.mark.key, .string(ground.mark.value))]))
        let body = ClusterStandIn.pod(
            name, gpus: gpus, priorityClass: mayPreempt ? nil : ground.gentleClass, graceSeconds: 1,
            spec: [("nodeSelector", nodes)])
        _ = try await client.create(.pods, body, in: ground.team)
    }

    // MARK: Controllers

    /// Runs controllers for the time of `body`; the first of them leads when it begins.
    package func running<Value: Sendable>(
        _ identities: [String] = ["a"], _ body: @Sendable ([RunningController]) async throws -> Value
    ) async throws -> Value {
        var controllers: [RunningController] = []
        let result: Result<Value, any Error>
        do {
            for identity in identities {
                controllers.append(RunningController(try await service(identity)))
                let first = controllers[0]
                try await until("the first leads") { first.service.isLeader }
            }
            result = .success(try await body(controllers))
        } catch { result = .failure(error) }
        for controller in controllers { controller.task.cancel() }
        for controller in controllers { await controller.task.value }
        return try result.get()
    }

    private func service(_ identity: String) async throws -> ControllerService {
        let image = "registry.example/gleaner@sha256:" + String(repeating: "0", count: 64)
        let settings = ControllerSettings(
            worker: WorkerSettings(namespace: ground.namespace, image: image), identity: identity)
        return ControllerService(
            settings, client: try await ground.controllerClient(), view: .quiet(price: nil), log: book.logger)
    }

    // MARK: Time

    /// Lets time go by until something holds.
    package func until(
        _ what: String, limit: Duration = .seconds(90), _ holds: () async throws -> Bool
    ) async throws {
        let start = ground.elapsed
        while try await !holds() {
            guard ground.elapsed - start < limit else {
                throw NeverCame(what: what, log: String(book.text.suffix(6000)))
            }
            try await ground.tick()
        }
    }

    /// Looks at something again and again for a while.
    package func throughout(_ duration: Duration, _ look: () async throws -> Void) async throws {
        let start = ground.elapsed
        while ground.elapsed - start < duration {
            try await look()
            try await ground.tick()
        }
    }
}

/// A controller that works.
package struct RunningController: Sendable {
    package let service: ControllerService
    package let task: Task<Void, Never>

    init(_ service: ControllerService) {
        self.service = service
        task = Task { await service.run() }
    }
}

/// A wait that was in vain.
package struct NeverCame: Error, CustomStringConvertible {
    package let what: String
    package let log: String

    package var description: String { "It never came that \(what).\n\(log)" }
}
