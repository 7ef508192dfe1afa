import ClusterStandIn
import Controller
import Foundation
import Harvest
import JSON
import Kubernetes
import Synchronization
import TestSupport
import Testing

/// The real gateway, controller and worker around one API server: what a request sets going, and what an owner does.
@Suite(.timeLimit(.minutes(10))) struct ScaleFromZeroTests {
    private static let namespace = "gleaner"
    private static let image = "registry.example/gleaner@sha256:" + String(repeating: "0f", count: 32)
    private static let secrets = ["GLEANER_WORKER_TOKEN": "between-us"]

    /// Addresses of this machine that nobody else is likely to use, so that ports need not be asked for.
    private struct Addresses {
        private let net = "127.\(Int.random(in: 2...250)).\(Int.random(in: 0...255))"
        var gateway: String { net + ".1" }
        var controller: String { net + ".2" }
        var worker: String { net + ".3" }
    }

    /// A kubeconfig of somebody, in the folder.
    private static func kubeconfig(_ token: String, _ cluster: ClusterStandIn, _ home: String) throws -> String {
        let file = home + "/kubeconfig-" + token
        let text = """
            {"apiVersion":"v1","kind":"Config","current-context":"c",
            "contexts":[{"name":"c","context":{"cluster":"c","user":"u","namespace":"\(namespace)"}}],
            "clusters":[{"name":"c","cluster":{"server":"\(try cluster.access.server.base)"}}],
            "users":[{"name":"u","user":{"token":"\(token)"}}]}
            """
        try Data(text.utf8).write(to: URL(filePath: file))
        return file
    }

    /// Each may do what the committed roles allow.
    private static func isAllowed(_ attempt: APIRules.Attempt) -> Bool {
        let all = ["controller": Right.controller, "gateway": Right.gateway]
        // The owner, by whose hand the test acts, may do everything.
        guard let rights = all[attempt.token ?? ""] else { return true }
        let resource = attempt.resource + (attempt.subresource.isEmpty ? "" : "/" + attempt.subresource)
        return rights.contains { right in
            right.group == attempt.group && right.resource == resource && right.verbs.contains(attempt.verb)
                && (right.isClusterWide || attempt.namespace == namespace)
        }
    }

    /// A cluster whose model has no worker and is kept warm nowhere. Its worker's pod is reached at `address`.
    private static func run(
        workersAt address: String, _ body: (ClusterStandIn, _ home: String) async throws -> Void
    ) async throws {
        var rules = APIRules()
        rules.allows = isAllowed
        try await ClusterStandIn.run(rules) { cluster in
            cluster.setBehaviour { _ in PodBehaviour(address: address) }
            try cluster.add(node: "n1", gpus: 1, labels: ["gleaner.dev/harvest": "true"])
            try cluster.create(.priorityClasses, ClusterPolicies.priorityClass(name: ClusterPolicies.priorityClassName))
            let model: JSON = [
                "source": ["volume": ["claim": "weights", "path": "m.gguf"]],
                "expected": ["tokensPerSecond": 100, "loadTime": "10s"],
            ]
            try cluster.create(.servedModels, ["metadata": ["name": "m"], "spec": model], in: namespace)
            try cluster.create(.gpuPools, ["metadata": ["name": "p"], "spec": ["idleAfter": "1s"]], in: namespace)
            try await withHome { home in
                let pool = ["pools", "set", "p", "--operator", "alice", "--share", "80%"]
                #expect(try await GleanerProcess.run(pool, home: home).status == 0)
                try await body(cluster, home)
            }
        }
    }

    /// Lets the cluster's time go by until something holds.
    private static func advance(
        _ cluster: ClusterStandIn, until holds: () async throws -> Bool
    ) async throws {
        while try await !holds() {
            cluster.advance(by: .milliseconds(10))
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private static func workers(_ cluster: ClusterStandIn) -> [Pod] {
        cluster.pods.filter { $0.metadata.labels[WorkerLabel.role] == WorkerLabel.worker }
    }

    /// A worker that takes its time over each token, so that an answer can be disturbed.
    private static func startWorker(
        _ host: String, home: String, _ body: (ChildProcess) async throws -> Void
    ) async throws -> GleanerProcess {
        let profile = """
            {"name":"test","prefill_tokens_per_second":1000000,"step_seconds":0.01,"kv_tokens":65536,"context_tokens":16384}
            """
        let file = home + "/profile.json"
        try Data(profile.utf8).write(to: URL(filePath: file))
        let arguments = ["worker", "--simulate", file, "--name", "m", "--host", host, "--port", "8081"]
        return try await GleanerProcess.run(arguments, home: home, environment: secrets, whileRunning: body)
    }

    /// A request for a model that nobody serves waits; the controller hears of it and makes a worker's pod; the request is
    /// answered. Then the owner's job takes the place, and the reclaim is on record.
    @Test func aRequestBringsItsWorkerAboutAndTheOwnerTakesItsPlace() async throws {
        let addresses = Addresses()
        try await Self.run(workersAt: addresses.worker) { cluster, home in
            let gatewayEnvironment = Self.secrets.merging(
                ["KUBECONFIG": try Self.kubeconfig("gateway", cluster, home)]
            ) { $1 }
            let arguments = ["gateway", "--worker-namespace", Self.namespace, "--host", addresses.gateway]
            let gateway = try await GleanerProcess.run(arguments, home: home, environment: gatewayEnvironment) {
                gateway in
                // It is healthy without a worker as soon as it knows what is offered.
                try await Self.advance(cluster) {
                    (try? await PlainRequest.get("/health", at: addresses.gateway, port: 8080))?.status == 200
                }
                let stranger = try await PlainRequest.get("/internal/v1/fleet", at: addresses.gateway, port: 8080)
                #expect(stranger.status == 401)
                let controller = try await self.controller(cluster, home, addresses) { controller in
                    try await self.serveAndGiveBack(cluster, home, addresses)
                    controller.send(SIGTERM)
                }
                #expect(controller.status == 0 && !controller.errors.contains("forbidden"), "\(controller.errors)")
                gateway.send(SIGTERM)
            }
            #expect(gateway.status == 0 && !gateway.errors.contains("forbidden"), "\(gateway.errors)")
        }
    }

    private func controller(
        _ cluster: ClusterStandIn, _ home: String, _ addresses: Addresses,
        _ body: (ChildProcess) async throws -> Void
    ) async throws -> GleanerProcess {
        let arguments = [
            "controller", "--kubeconfig", try Self.kubeconfig("controller", cluster, home), "--image", Self.image,
            "--gateway", "http://\(addresses.gateway):8080", "--price", "10", "--host", addresses.controller, "--port",
            "8082",
        ]
        return try await GleanerProcess.run(arguments, home: home, environment: Self.secrets, whileRunning: body)
    }

    private func serveAndGiveBack(_ cluster: ClusterStandIn, _ home: String, _ addresses: Addresses) async throws {
        let answer = Mutex<Result<PlainRequest.Answer, any Error>?>(nil)
        let asking = Task {
            let body = #"{"model":"m","prompt":"hello","max_tokens":20}"#
            let result: Result<PlainRequest.Answer, any Error>
            do {
                result = .success(
                    try await PlainRequest.post("/v1/completions", body, at: addresses.gateway, port: 8080))
            } catch { result = .failure(error) }
            answer.withLock { $0 = result }
        }
        try await Self.advance(cluster) {
            Self.workers(cluster).contains { $0.status.phase == .running } || answer.withLock { $0 != nil }
        }
        #expect(answer.withLock { $0 == nil }, "it waits")
        let worker = try await Self.startWorker(addresses.worker, home: home) { worker in
            try await Self.advance(cluster) { answer.withLock { $0 != nil } }
            let served = try #require(try answer.withLock { $0 }?.get())
            #expect(served.status == 200 && served.body.contains("\"completion_tokens\":20"), "\(served.body)")
            let job = ClusterStandIn.pod("job", gpus: 1, spec: [("preemptionPolicy", "Never")])
            try cluster.create(.pods, job, in: "team")
            try await Self.advance(cluster) { Self.workers(cluster).allSatisfy { $0.isDeleting || $0.isTerminal } }
            worker.send(SIGTERM)
        }
        await asking.value
        #expect(worker.status == 0, "\(worker.errors)")
        try await Self.advance(cluster) { cluster.pod("job", in: "team")?.status.phase == .running }
        try await expectRecord(cluster, addresses)
    }

    private func expectRecord(_ cluster: ClusterStandIn, _ addresses: Addresses) async throws {
        let path = "/api/v1/reclaims?limit=5"
        let stranger = try await PlainRequest.get(path, at: addresses.controller, port: 8082)
        #expect(stranger.status == 401)
        var record: JSON = .null
        try await Self.advance(cluster) {
            let answer = try await PlainRequest.get(
                path, at: addresses.controller, port: 8082, headers: ["authorization: Bearer between-us"])
            record = try JSON.parse(answer.body)["data"]?.array?.first ?? .null
            return record["isOver"] == true && record["steps"]?["gone"] != nil
        }
        #expect(record["signal"] == "Request" && record["owners"] == ["team/job"] && record["pool"] == "p")
        #expect(record["steps"]?["ownerRunning"] != nil && record["reclaimMs"]?.int != nil)
        let metrics = try await PlainRequest.get("/metrics", at: addresses.controller, port: 8082)
        #expect(metrics.body.contains(#"gleaner:reclaims_total{pool="p"} 1"#), "\(metrics.body)")
        let unknown = try await PlainRequest.get(
            "/api/v1/reclaims?page=2", at: addresses.controller, port: 8082,
            headers: ["authorization: Bearer between-us"])
        #expect(unknown.status == 400 && unknown.body.contains("known are after, limit and pool"))
    }
}
