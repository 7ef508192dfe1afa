import ClusterStandIn
import JSON
import Kubernetes
import TestSupport
import Testing

/// Watches of things that were done to pods, beside what was recorded of the same.
@Suite(.timeLimit(.minutes(10)), .enabled(if: TestData.isAvailable)) struct WatchTests {
    /// The kind of an event, and what of the pod it shows.
    private static func sights(_ lines: [JSON]) -> [String] {
        lines.map { line in
            let object = line["object"]
            let conditions = object?[at: "status", "conditions"]?.array ?? []
            let disruption = conditions.first { $0["type"] == "DisruptionTarget" }?["message"]?.string ?? ""
            let metadata = object?["metadata"]
            return [
                line["type"]?.string ?? "", metadata?["name"]?.string ?? "",
                object?[at: "status", "phase"]?.string ?? "",
                metadata?["deletionTimestamp"] == nil ? "stays" : "goes",
                metadata?["deletionGracePeriodSeconds"]?.int.map(String.init) ?? "", disruption,
                metadata?["labels"]?.serialized() ?? "",
            ].joined(separator: " ")
        }
    }

    private static func running(_ cluster: ClusterStandIn, _ name: String) throws -> Int {
        cluster.setBehaviour(PodBehaviour.always(PodBehaviour(start: .zero, ready: .zero, exit: .zero)))
        try cluster.add(node: "gpu-0")
        try cluster.create(.pods, ClusterStandIn.pod(name, labels: ["app": "ev"], graceSeconds: 1), in: "fx")
        cluster.advance(by: .seconds(1))
        return cluster.revision
    }

    @Test func anEvictionIsSeenAsRecorded() async throws {
        let recorded = try Recording.lines("eviction/201.watch.jsonl")
        let grace = try #require(recorded[1][at: "object", "metadata", "deletionGracePeriodSeconds"]?.int)
        try await ClusterStandIn.run { cluster in
            let start = try Self.running(cluster, "ev")
            let client = try cluster.client()
            var options = DeleteOptions()
            options.graceSeconds = grace
            let eviction = try await client.evict("ev", in: "fx", options)
            #expect(eviction == .evicted)
            cluster.advance(by: .seconds(10))
            #expect(Self.sights(cluster.changes(.pods, after: start)) == Self.sights(recorded))
        }
    }

    @Test func aDeletionIsSeenAsRecorded() async throws {
        let recorded = try Recording.lines("delete/running-pod-grace1.watch.jsonl")
        try await ClusterStandIn.run { cluster in
            let start = try Self.running(cluster, "ev2")
            try cluster.delete(.pods, "ev2", in: "fx", graceSeconds: 1)
            cluster.advance(by: .seconds(10))
            #expect(Self.sights(cluster.changes(.pods, after: start)) == Self.sights(recorded))
        }
    }

    @Test func aBudgetHoldsAPod() async throws {
        let recorded = try Recording.exchange("eviction/429-pdb.json")
        try await ClusterStandIn.run { cluster in
            _ = try Self.running(cluster, "ev")
            try cluster.create(
                .disruptionBudgets,
                [
                    "metadata": ["name": "pdb"],
                    "spec": ["minAvailable": 1, "selector": ["matchLabels": ["app": "ev"]]],
                ], in: "fx")
            let client = try cluster.client()
            let eviction = try await client.evict("ev", in: "fx")
            if case .blocked = eviction {} else { Issue.record("\(eviction)") }
            let answer = cluster.request(
                StandInRequest("POST", "/api/v1/namespaces/fx/pods/ev/eviction", recorded.request["body"] ?? [:]))
            #expect(answer.code == recorded.code && answer.json["message"] == recorded.body["message"])
            #expect(cluster.pod("ev", in: "fx")?.isDeleting == false)
        }
    }

    /// What leaves a selection is told as gone, in its last state there with the new version; what enters, as new.
    @Test func aSelectionIsEnteredAndLeftAsRecorded() async throws {
        let recorded = try Recording.lines("watch/selector-enter-leave.jsonl")
        try await ClusterStandIn.run { cluster in
            try cluster.create(.pods, ClusterStandIn.pod("s-a", labels: ["app": "x", "tier": "b"]), in: "fx")
            try cluster.create(.pods, ClusterStandIn.pod("s-b", labels: ["app": "y"]), in: "fx")
            let client = try cluster.client()
            let (stream, told) = AsyncStream<WatchEvent<GenericObject>>.makeStream()
            let kind = ResourceKind<GenericObject>(group: "", version: "v1", plural: "pods", kind: "Pod")
            let start = String(cluster.revision)
            let watch = Task {
                try? await client.watch(kind, Selection(labels: .equal("app", "x")), from: start, seconds: 2) {
                    events in
                    for event in events { told.yield(event) }
                }
                told.finish()
            }
            while cluster.watchCount == 0 { await Task.yield() }
            try cluster.patch(.pods, "s-a", ["metadata": ["labels": ["app": "z"]]], in: "fx")
            let left = cluster.revision
            try cluster.patch(.pods, "s-b", ["metadata": ["labels": ["app": "x"]]], in: "fx")
            cluster.advance(by: .seconds(3))
            await watch.value
            var lines: [JSON] = []
            for await event in stream {
                switch event {
                case .added(let object): lines.append(["type": "ADDED", "object": object.json])
                case .deleted(let object):
                    #expect(object.metadata.resourceVersion == String(left))
                    lines.append(["type": "DELETED", "object": object.json])
                default: continue
                }
            }
            #expect(Self.sights(lines) == Self.sights(recorded))
        }
    }
}
