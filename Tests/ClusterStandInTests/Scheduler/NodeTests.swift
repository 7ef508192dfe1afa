import ClusterStandIn
import JSON
import Kubernetes
import TestSupport
import Testing

/// What becomes of nodes, and of the pods on them.
@Suite(.timeLimit(.minutes(10))) struct NodeTests {
    private static func pod(_ name: String, bearing seconds: Int?) -> JSON {
        let toleration = Toleration(key: "node.kubernetes.io/unreachable", effect: .noExecute, seconds: seconds)
        return ClusterStandIn.pod(name, spec: [("tolerations", [toleration.json])])
    }

    @Test func aCordonIsATaintAsWell() async throws {
        try await ClusterStandIn.run { cluster in
            try cluster.add(node: "n")
            try cluster.cordon("n")
            let node = try #require(cluster.nodes.first)
            #expect(node.isUnschedulable && node.taints.map(\.key) == ["node.kubernetes.io/unschedulable"])
            try cluster.create(.pods, ClusterStandIn.pod("p"))
            cluster.advance(by: .seconds(60))
            #expect(cluster.pod("p")?.unscheduled?.message.contains("were unschedulable") == true)
            try cluster.cordon("n", false)
            #expect(cluster.nodes.first?.taints == [] && cluster.pod("p")?.spec.nodeName == "n")
        }
    }

    /// Nobody confirms the end of what runs on a dead node; who does not bear it long is told to go all the same.
    @Test func aDeadNodeIsGivenUpAfterAWhile() async throws {
        try await ClusterStandIn.run { cluster in
            for name in ["n", "other"] { try cluster.add(node: name, gpus: 4) }
            try cluster.create(.pods, Self.pod("short", bearing: 5))
            try cluster.create(.pods, Self.pod("long", bearing: nil))
            cluster.advance(by: .seconds(1))
            let places = Set(cluster.pods.map(\.spec.nodeName))
            #expect(places == ["n", "other"], "the less taken node is chosen")
            let home = try #require(cluster.pod("short")?.spec.nodeName)
            cluster.setDead(home)
            cluster.advance(by: .seconds(49))
            #expect(cluster.nodes.allSatisfy { $0.isReady })
            cluster.advance(by: .seconds(2))
            let node = try #require(cluster.nodes.first { $0.name == home })
            #expect(!node.isReady && Set(node.taints.map(\.effect)) == [.noSchedule, .noExecute])
            let short = try #require(cluster.pod("short"))
            #expect(!short.isDeleting && !short.status.isReady && short.status.phase == .running)
            cluster.advance(by: .seconds(5))
            #expect(cluster.pod("short")?.disruption?.reason == "DeletionByTaintManager")
            cluster.advance(by: .seconds(600))
            #expect(cluster.pod("short")?.isDeleting == true && cluster.pod("long")?.isDeleting == false)
            cluster.setDead(home, false)
            cluster.advance(by: .seconds(60))
            #expect(cluster.pod("short") == nil && cluster.nodes.allSatisfy { $0.isReady && $0.taints.isEmpty })
        }
    }

    @Test func whoHearsFromNoNodeDrivesNobodyAway() async throws {
        try await ClusterStandIn.run { cluster in
            try cluster.add(node: "n")
            try cluster.create(.pods, Self.pod("p", bearing: 5))
            cluster.advance(by: .seconds(1))
            cluster.setDead("n")
            cluster.advance(by: .seconds(600))
            #expect(cluster.nodes.first?.isReady == false && cluster.pod("p")?.isDeleting == false)
        }
    }

    @Test func whoDoesNotBearATaintGoesAtOnce() async throws {
        try await ClusterStandIn.run { cluster in
            try cluster.add(node: "n")
            for name in ["bears", "leaves"] {
                let toleration = Toleration(key: name == "bears" ? "maintenance" : "other")
                try cluster.create(
                    .pods, ClusterStandIn.pod(name, graceSeconds: 5, spec: [("tolerations", [toleration.json])]))
            }
            cluster.advance(by: .seconds(1))
            try cluster.patch(
                .nodes, "n", ["spec": ["taints": [["key": "maintenance", "effect": "NoExecute"]]]])
            cluster.settle()
            #expect(cluster.pods.filter(\.isDeleting).map(\.metadata.name) == ["leaves"])
        }
    }
}
