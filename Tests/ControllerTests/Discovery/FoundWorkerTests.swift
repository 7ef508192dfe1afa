import Controller
import JSON
import Kubernetes
import Testing

/// Which pods a gateway takes for workers.
@Suite struct FoundWorkerTests {
    static func pod(
        _ name: String = "w", ip: String? = "10.0.0.7", phase: String = "Running", pool: String? = "farm",
        metadata: [(String, JSON)] = [], conditions: JSON = []
    ) throws -> Pod {
        var labels = JSONObject([("gleaner.dev/role", "worker")])
        if let pool { labels["gleaner.dev/pool"] = .string(pool) }
        var status = JSONObject([("phase", .string(phase)), ("conditions", conditions)])
        if let ip { status["podIP"] = .string(ip) }
        return try Pod([
            "metadata": .object(
                JSONObject(
                    [
                        ("name", .string(name)), ("namespace", "gleaner"), ("uid", .string("uid-\(name)")),
                        ("resourceVersion", "1"), ("labels", .object(labels)),
                    ] + metadata)),
            "spec": ["containers": [["name": "worker"]]], "status": .object(status),
        ])
    }

    @Test(arguments: [("10.0.0.7", "http://10.0.0.7:8081"), ("fd00::7", "http://[fd00::7]:8081")])
    func aPodWithAnAddressIsAWorker(_ ip: String, _ url: String) throws {
        let worker = try #require(FoundWorker(try Self.pod(ip: ip)))
        #expect(worker.url == url && worker.name == "uid-w" && worker.pool == "farm")
    }

    @Test func othersAreNot() throws {
        let disrupted: JSON = [["type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler"]]
        let others = [
            try Self.pod(ip: nil), try Self.pod(ip: ""), try Self.pod(phase: "Failed"),
            try Self.pod(phase: "Succeeded"), try Self.pod(pool: nil),
            try Self.pod(metadata: [("deletionTimestamp", "2026-11-22T00:00:00Z")]),
            try Self.pod(conditions: disrupted),
        ]
        #expect(others.allSatisfy { FoundWorker($0) == nil })
    }
}
