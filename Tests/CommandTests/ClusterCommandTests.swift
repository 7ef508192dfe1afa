import ClusterStandIn
import Controller
import Foundation
import Harvest
import JSON
import Kubernetes
import Synchronization
import TestSupport
import Testing

/// The real programs against an API server.
@Suite(.timeLimit(.minutes(10))) struct ClusterCommandTests {
    private static let namespace = "gleaner"
    private static let image = "registry.example/gleaner@sha256:" + String(repeating: "0f", count: 32)

    /// What the committed roles allow; the owner may do everything.
    private static func may(_ attempt: APIRules.Attempt, by rights: [Right]) -> Bool {
        let resource = attempt.resource + (attempt.subresource.isEmpty ? "" : "/" + attempt.subresource)
        return rights.contains { right in
            right.group == attempt.group && right.resource == resource && right.verbs.contains(attempt.verb)
                && (right.isClusterWide || attempt.namespace == namespace)
        }
    }

    /// A cluster with one lent node, one model of which a worker is kept, and a pool.
    /// - Parameter token: of whoever uses the kubeconfig.
    private static func run(
        as token: String,
        _ body: (ClusterStandIn, _ home: String, _ kubeconfig: String) async throws -> Void
    ) async throws {
        var rules = APIRules()
        rules.allows = { $0.token != "controller" || may($0, by: Right.controller) }
        try await ClusterStandIn.run(rules) { cluster in
            try cluster.add(node: "n1", gpus: 1, labels: ["gleaner.dev/harvest": "true"])
            try cluster.create(.priorityClasses, ClusterPolicies.priorityClass(name: ClusterPolicies.priorityClassName))
            let model: JSON = [
                "source": ["volume": ["claim": "weights", "path": "m.gguf"]], "minimumWarm": 1,
                "expected": ["tokensPerSecond": 100, "loadTime": "10s"],
            ]
            try cluster.create(.servedModels, ["metadata": ["name": "m"], "spec": model], in: namespace)
            try cluster.create(.gpuPools, ["metadata": ["name": "p"], "spec": ["idleAfter": "1s"]], in: namespace)
            try await withHome { home in
                let file = home + "/kubeconfig"
                let text = """
                    {"apiVersion":"v1","kind":"Config","current-context":"c",
                    "contexts":[{"name":"c","context":{"cluster":"c","user":"u","namespace":"\(namespace)"}}],
                    "clusters":[{"name":"c","cluster":{"server":"\(try cluster.access.server.base)"}}],
                    "users":[{"name":"u","user":{"token":"\(token)"}}]}
                    """
                try Data(text.utf8).write(to: URL(filePath: file))
                try await body(cluster, home, file)
            }
        }
    }

    /// Lets the cluster's time go by until something holds.
    private static func advance(_ cluster: ClusterStandIn, until holds: () -> Bool) async throws {
        while !holds() {
            cluster.advance(by: .milliseconds(10))
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test func theDoctorSaysWhatWouldBeLent() async throws {
        try await Self.run(as: "owner") { cluster, home, kubeconfig in
            let healthy = try await GleanerProcess.run(["doctor", "--kubeconfig", kubeconfig], home: home)
            #expect(healthy.status == 0 && healthy.errors.isEmpty, "\(healthy.text)\(healthy.errors)")
            #expect(healthy.text.contains("GPUPool p has 1 accelerators; 1 are free"))
            try cluster.delete(.priorityClasses, ClusterPolicies.priorityClassName)
            let sick = try await GleanerProcess.run(["doctor", "--kubeconfig", kubeconfig], home: home)
            #expect(sick.status == 1 && sick.text.contains("PROBLEM There is no PriorityClass gleaner-idle"))
        }
    }

    /// With no more rights than its roles give, it lends what is idle, gives it back when the owner asks, and ends when it is told to.
    @Test func theControllerLendsAndGivesBack() async throws {
        try await Self.run(as: "controller") { cluster, home, kubeconfig in
            let arguments = ["controller", "--kubeconfig", kubeconfig, "--image", Self.image]
            let ended = try await GleanerProcess.run(arguments, home: home) { process in
                try await Self.advance(cluster) { cluster.pods.contains { $0.status.phase == .running } }
                // It pushes nobody off: its room is the controller's to make.
                let job = ClusterStandIn.pod("job", gpus: 1, spec: [("preemptionPolicy", "Never")])
                try cluster.create(.pods, job, in: "team")
                try await Self.advance(cluster) { cluster.pod("job", in: "team")?.status.phase == .running }
                process.send(SIGTERM)
            }
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(
                ended.errors.contains("controller starts") && !ended.errors.contains("forbidden"), "\(ended.errors)")
            let lease = cluster.object(.leases, "gleaner-controller", in: Self.namespace)
            #expect(lease?["spec"]?["holderIdentity"]?.string?.isEmpty != false, "it is given back")
        }
    }

    /// The first key is made where the gateway runs; until then nobody is served, and it is ready all the same.
    @Test func aGatewayInAClusterStartsBeforeThereIsAKey() async throws {
        try await Self.run(as: "gateway") { cluster, home, kubeconfig in
            let isWatching = Atomic(false)
            cluster.setRules { rules in
                rules.allows = { attempt in
                    if attempt.resource == "pods" { isWatching.store(true, ordering: .relaxed) }
                    return Self.may(attempt, by: Right.gateway)
                }
            }
            let arguments = ["gateway", "--host", "0.0.0.0", "--port", "0", "--worker-namespace", Self.namespace]
            let ended = try await GleanerProcess.run(
                arguments, home: home, environment: ["KUBECONFIG": kubeconfig]
            ) { process in
                while !isWatching.load(ordering: .relaxed) { try await Task.sleep(for: .milliseconds(20)) }
                process.send(SIGTERM)
            }
            #expect(ended.status == 0 && ended.errors.contains("there is no API key yet"), "\(ended.errors)")
            #expect(!ended.errors.contains("forbidden"), "\(ended.errors)")
        }
        try await withHome { home in
            let arguments = ["gateway", "--host", "0.0.0.0", "--workers", "http://127.0.0.1:1"]
            let refused = try await GleanerProcess.run(arguments, home: home)
            #expect(refused.status != 0 && refused.errors.contains("there is no API key yet"))
        }
    }

    @Test(arguments: [
        (["controller", "--image", "gleaner:latest"], "must name its digest"),
        (["controller", "--price", "much", "--image", image], "is no amount"),
        (["controller", "--image", image], "No cluster is known"), (["doctor"], "No cluster is known"),
        (["gateway", "--worker-namespace", "gleaner"], "No cluster is known"),
    ])
    func mistakesAreExplained(_ arguments: [String], _ words: String) async throws {
        try await withHome { home in
            let run = try await GleanerProcess.run(arguments, home: home)
            #expect(run.status != 0 && run.errors.contains(words), "\(run.errors)")
        }
    }
}
