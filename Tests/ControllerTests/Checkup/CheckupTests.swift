import ClusterStandIn
import Controller
import Harvest
import JSON
import Kubernetes
import Testing

/// What `gleaner doctor` says of clusters.
@Suite(.timeLimit(.minutes(10))) struct CheckupTests {
    private static let namespace = "gleaner"

    private static func node(_ name: String, gpus: Int, labels: JSON = ["gleaner.dev/harvest": "true"]) -> JSON {
        [
            "metadata": ["name": .string(name), "labels": labels],
            "status": [
                "allocatable": ["nvidia.com/gpu": .string("\(gpus)"), "cpu": "64", "memory": "512Gi", "pods": "110"],
                "conditions": [["type": "Ready", "status": "True"]],
            ],
        ]
    }

    private static func prepare(_ cluster: ClusterStandIn) throws {
        let worker = WorkerSettings(namespace: namespace, image: "")
        try cluster.create(.priorityClasses, ClusterPolicies.priorityClass(name: worker.priorityClassName))
        try cluster.create(.nodes, node("n0", gpus: 8))
        try cluster.create(.nodes, node("n1", gpus: 4))
        try cluster.create(.nodes, node("n2", gpus: 2, labels: [:]))
        try cluster.create(.gpuPools, ["metadata": ["name": "farm"], "spec": [:]], in: namespace)
        let model: JSON = [
            "source": ["volume": ["claim": "weights", "path": "m.gguf"]],
            "expected": ["tokensPerSecond": 100, "loadTime": "10s"],
        ]
        try cluster.create(.servedModels, ["metadata": ["name": "m"], "spec": model], in: namespace)
        let job: JSON = [
            "metadata": ["name": "job"],
            "spec": [
                "nodeName": "n0",
                "containers": [
                    ["name": "main", "image": "x", "resources": ["limits": ["nvidia.com/gpu": "3"]]]
                ],
            ],
        ]
        try cluster.create(.pods, job, in: "team")
    }

    private static func findings(_ cluster: ClusterStandIn) async throws -> [Finding] {
        let worker = WorkerSettings(namespace: namespace, image: "")
        return try await Checkup(try cluster.client(), worker).findings()
    }

    @Test func aClusterThatHasEverything() async throws {
        try await ClusterStandIn.run { cluster in
            try Self.prepare(cluster)
            let revision = cluster.revision
            let findings = try await Self.findings(cluster)
            #expect(findings.allSatisfy { $0.level != .problem }, "\(findings)")
            let texts = findings.map(\.text)
            #expect(texts.contains("The cluster has 14 of nvidia.com/gpu on 3 of 3 nodes."))
            let pool = "GPUPool farm has 12 accelerators; 9 are free of the owner's work now, 0 are lent."
            #expect(texts.contains { $0.hasPrefix(pool) }, "\(texts)")
            #expect(cluster.revision == revision, "it changes nothing")
        }
    }

    @Test func anEmptyClusterLacksEverything() async throws {
        var rules = APIRules()
        rules.resources.removeAll { $0.isCustom }
        try await ClusterStandIn.run(rules) { cluster in
            let problems = try await Self.findings(cluster).filter { $0.level == .problem }.map(\.text)
            #expect(problems.count == 4, "\(problems)")
            #expect(problems.contains { $0.contains("kubectl apply -k deploy/crds") })
            #expect(problems.contains { $0.contains("PriorityClass gleaner-idle") })
            #expect(problems.contains { $0.contains("install the device plugin") })
        }
    }

    /// Each right that is missing is named, and no other.
    @Test func missingRightsAreNamed() async throws {
        var rules = APIRules()
        rules.allows = { !($0.verb == "delete" && $0.resource == "pods") }
        try await ClusterStandIn.run(rules) { cluster in
            try Self.prepare(cluster)
            let problems = try await Self.findings(cluster).filter { $0.level == .problem }.map(\.text)
            #expect(
                problems == ["Whoever asks here may not delete pods in the namespace 'gleaner'; a controller must."])
        }
    }

    @Test func aForeignPriorityClassAndABadPoolAreProblems() async throws {
        try await ClusterStandIn.run { cluster in
            try Self.prepare(cluster)
            try cluster.delete(.priorityClasses, "gleaner-idle")
            try cluster.create(
                .priorityClasses, ["metadata": ["name": "gleaner-idle"], "value": 1000, "globalDefault": false])
            try cluster.create(
                .gpuPools, ["metadata": ["name": "bad"], "spec": ["idleAfter": "soon"]], in: Self.namespace)
            let problems = try await Self.findings(cluster).filter { $0.level == .problem }.map(\.text)
            #expect(problems.count == 2, "\(problems)")
            #expect(problems.contains { $0.contains("is not ours") })
            #expect(problems.contains { $0.contains("GPUPool bad cannot be read") && $0.contains("idleAfter") })
        }
    }
}
