import ClusterStandIn
import JSON
import Kubernetes
import Testing

/// Our real client against the stand-in, over the network.
@Suite(.timeLimit(.minutes(10))) struct ClientTests {
    private static let body: JSON = [
        "spec": [
            "containers": [
                ["name": "main", "image": "registry.example/x:1", "resources": ["limits": ["nvidia.com/gpu": "1"]]]
            ]
        ]
    ]

    private static func pod(_ name: String, labels: JSON = [:]) -> JSON {
        var pod = body
        pod[at: "metadata"] = ["name": .string(name), "labels": labels]
        return pod
    }

    @Test func whatIsCreatedIsReadListedAndDeleted() async throws {
        try await ClusterStandIn.run { cluster in
            let client = try cluster.client()
            let made = try await client.create(.pods, Self.pod("a"), in: "ns")
            #expect(made.metadata.namespace == "ns" && made.spec.priority == 0 && made.spec.mayPreempt)
            #expect(made.spec.tolerations.count == 2 && made.requests["nvidia.com/gpu"] == Quantity(1))
            let read = try await client.get(.pods, "a", in: "ns")
            #expect(read == made)
            let list = try await client.list(.pods)
            #expect(list.objects == [made] && list.resourceVersion == String(cluster.revision))
            let elsewhere = try await client.list(.pods, Selection(in: "other"))
            #expect(elsewhere.objects.isEmpty)
            // It has no node: there is nothing to wait for.
            _ = try await client.delete(.pods, "a", in: "ns")
            #expect(cluster.pods.isEmpty)
            await #expect(throws: KubernetesError.self) { try await client.get(.pods, "a", in: "ns") }
        }
    }

    @Test func aListHasPagesOfOneRevision() async throws {
        try await ClusterStandIn.run { cluster in
            let client = try cluster.client()
            for number in 0..<5 { try cluster.create(.pods, Self.pod("p\(number)")) }
            let first = try await client.page(.pods, limit: 2)
            #expect(first.objects.map(\.metadata.name) == ["p0", "p1"])
            try cluster.delete(.pods, "p3")
            try cluster.create(.pods, Self.pod("p9"))
            let second = try await client.page(.pods, limit: 9, continueToken: first.continueToken)
            #expect(second.objects.map(\.metadata.name) == ["p2", "p3", "p4"])
            #expect(second.resourceVersion == first.resourceVersion && second.continueToken == nil)
            cluster.compact()
            do throws(KubernetesError) {
                _ = try await client.page(.pods, limit: 2, continueToken: first.continueToken)
                Issue.record("an expired token is taken")
            } catch { #expect(error.isExpired && error.status?.code == 410 && error.status?.continueToken != nil) }
        }
    }

    @Test func aReflectorFollows() async throws {
        try await ClusterStandIn.run(pieceBytes: 7) { cluster in
            try cluster.create(.pods, Self.pod("a", labels: ["word": "a"]))
            let reflector = Reflector(.pods, client: try cluster.client())
            let run = Task { await reflector.run() }
            defer { run.cancel() }
            for await change in reflector.changes() {
                guard case .synced = change else { continue }
                break
            }
            try cluster.create(.pods, Self.pod("b"))
            try cluster.patch(.pods, "a", ["metadata": ["labels": ["word": "b"]]])
            try cluster.delete(.pods, "b")
            try cluster.create(.pods, Self.pod("c"))
            for await change in reflector.changes() {
                if case .added(let pod) = change, pod.metadata.name == "c" { break }
            }
            #expect(Set(reflector.objects.map(\.metadata.name)) == ["a", "c"])
            #expect(reflector[ObjectKey("a", in: "default")]?.metadata.labels == ["word": "b"])
        }
    }
}
