import ClusterStandIn
import JSON
import Kubernetes
import Testing

/// Who may do what, and what the server can.
@Suite(.timeLimit(.minutes(10))) struct AccessTests {
    @Test func rulesAreKept() async throws {
        var rules = APIRules()
        rules.tokens = ["good"]
        rules.allows = { $0.verb != "delete" && ($0.resource != "pods" || $0.namespace == "gleaner") }
        try await ClusterStandIn.run(rules) { cluster in
            let client = try cluster.client(token: "good")
            _ = try await client.create(.pods, ClusterStandIn.pod("a"), in: "gleaner")
            let everywhere = await Self.failure { () async throws(KubernetesError) in try await client.list(.pods) }
            #expect(everywhere?.isForbidden == true)
            let deletion = await Self.failure { () async throws(KubernetesError) in
                try await client.delete(.pods, "a", in: "gleaner")
            }
            #expect(deletion?.isForbidden == true && cluster.pod("a", in: "gleaner") != nil)
            let here = try await client.mayI(Permission("create", .pods, in: "gleaner"))
            let there = try await client.mayI(Permission("create", .pods, in: "other"))
            #expect(here && !there)
            let stranger = try cluster.client(token: "bad")
            let refused = await Self.failure { () async throws(KubernetesError) in try await stranger.list(.nodes) }
            #expect(refused?.isUnauthorized == true)
            let nobody = try cluster.client()
            let anonymous = await Self.failure { () async throws(KubernetesError) in try await nobody.list(.nodes) }
            #expect(anonymous?.isForbidden == true)
        }
    }

    private static func failure<Value>(
        _ body: () async throws(KubernetesError) -> Value
    ) async -> KubernetesError? {
        do {
            _ = try await body()
            return nil
        } catch { return error }
    }

    @Test func itSaysWhatItHas() async throws {
        try await ClusterStandIn.run { cluster in
            let client = try cluster.client()
            let version = try await client.version()
            #expect(version == "v1.36.2")
            let (pods, workloads) = (try await client.serves(.pods), try await client.serves(.workloads()))
            #expect(pods && workloads)
            cluster.setRules { $0.resources.removeAll { $0.group == "kueue.x-k8s.io" } }
            let hasQueues = try await client.serves(.workloads())
            #expect(!hasQueues)
        }
    }

    /// Who sleeps by the cluster's time wakes when it has gone by, and not before.
    @Test func theClusterHasATimeOfItsOwn() async throws {
        try await ClusterStandIn.run { cluster in
            let time = cluster.time
            let sleeper = Task { try await time.sleep(.seconds(30)) }
            while !cluster.hasSleeper { await Task.yield() }
            cluster.advance(by: .seconds(29))
            #expect(cluster.hasSleeper && time.monotonic() == .seconds(29))
            cluster.advance(by: .seconds(1))
            try await sleeper.value
            #expect(time.wall() == ClusterStandIn.start.advanced(by: .seconds(30)))
        }
    }
}
