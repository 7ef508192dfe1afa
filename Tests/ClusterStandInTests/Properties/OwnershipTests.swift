import ClusterStandIn
import JSON
import Kubernetes
import TestSupport
import Testing

/// Server-side apply: who owns which fields.
@Suite(.timeLimit(.minutes(10))) struct OwnershipTests {
    private static let kind = ResourceKind<GenericObject>(
        group: "gleaner.dev", version: "v1alpha1", plural: "gpupools", kind: "GPUPool")

    private static func fields(_ cluster: ClusterStandIn, _ name: String) -> ManagedFields {
        ManagedFields(cluster.object(.gpuPools, name, in: "ns")?[at: "metadata", "managedFields"])
    }

    private static func owner(_ name: String) -> ManagedFields.Manager {
        ManagedFields.Manager(name: name, isApplier: true, apiVersion: "gleaner.dev/v1alpha1")
    }

    @Test func whatAnotherAppliedIsTakenOnlyByForce() async throws {
        try await ClusterStandIn.run { cluster in
            let client = try cluster.client()
            let body: JSON = ["spec": ["count": 1, "mode": "Harvest"]]
            _ = try await client.apply(Self.kind, "p", in: "ns", body, manager: "a")
            do throws(KubernetesError) {
                _ = try await client.apply(Self.kind, "p", in: "ns", ["spec": ["count": 2]], manager: "b")
                Issue.record("the conflict was not said")
            } catch {
                #expect(error.isApplyConflict && error.status?.causes.map(\.field) == [".spec.count"])
            }
            // The same value is no conflict: both own it then, and it stays until the last has let go of it.
            _ = try await client.apply(Self.kind, "p", in: "ns", ["spec": ["count": 1]], manager: "b")
            let kept = try await client.apply(Self.kind, "p", in: "ns", ["spec": ["mode": "Harvest"]], manager: "a")
            #expect(kept.spec?["count"] == 1)
            let forced = try await client.apply(
                Self.kind, "p", in: "ns", ["spec": ["mode": "Observe"]], manager: "b", force: true)
            #expect(forced.spec == ["mode": "Observe"], "b let go of the count, which nobody else owned")
            #expect(Self.fields(cluster, "p").fields(of: Self.owner("a")).paths.isEmpty)
        }
    }

    @Test func aStatusIsAPartOfItsOwn() async throws {
        try await ClusterStandIn.run { cluster in
            let client = try cluster.client()
            let body: JSON = ["spec": ["count": 1], "status": ["lent": 9]]
            let made = try await client.apply(Self.kind, "p", in: "ns", body)
            #expect(made.status == nil && made.metadata.generation == 1)
            let told = try await client.apply(
                Self.kind, "p", in: "ns", ["status": ["lent": 2], "spec": ["count": 7]], subresource: .status)
            #expect(told.status == ["lent": 2] && told.spec == ["count": 1] && told.metadata.generation == 1)
            let merged = try await client.merge(Self.kind, "p", in: "ns", ["spec": ["count": 3], "status": .null])
            #expect(merged.status == ["lent": 2] && merged.metadata.generation == 2)
            // Nothing changes: neither does the version.
            let same = try await client.apply(
                Self.kind, "p", in: "ns", ["status": ["lent": 2]], subresource: .status)
            #expect(same.metadata.resourceVersion == merged.metadata.resourceVersion)
        }
    }

    /// Whatever several managers apply: each owns what it applied last, less what others took; what nobody owns is
    /// gone; and applying the same again changes nothing.
    @Test(arguments: 0..<6) func whatNobodyOwnsIsGone(_ seed: Int) async throws {
        try await ClusterStandIn.run { cluster in
            var generator = SeededGenerator(seed: UInt64(seed))
            var expected: [String: Int] = [:]
            var owned: [String: Set<String>] = [:]
            for _ in 0..<60 {
                let manager = ["a", "b", "c"].randomElement(using: &generator) ?? "a"
                let isForced = Bool.random(using: &generator)
                var wish: [String: Int] = [:]
                for name in ["w", "x", "y", "z"] where Bool.random(using: &generator) {
                    wish[name] = Int.random(in: 0..<3, using: &generator)
                }
                let conflicts = wish.filter { name, value in
                    expected[name] != nil && expected[name] != value
                        && owned.contains { $0.key != manager && $0.value.contains(name) }
                }
                let answers = (0..<2).map { _ in cluster.request(Self.apply(wish, manager, isForced)) }
                guard conflicts.isEmpty || isForced else {
                    #expect(answers[0].code == 409)
                    let causes = answers[0].json[at: "details", "causes"]?.array ?? []
                    #expect(Set(causes.compactMap { $0["field"]?.string }) == Set(conflicts.keys.map { ".spec.\($0)" }))
                    continue
                }
                for name in wish.keys where expected[name] != wish[name] {
                    for other in owned.keys where other != manager { owned[other]?.remove(name) }
                }
                let left = (owned[manager] ?? []).subtracting(wish.keys)
                owned[manager] = Set(wish.keys)
                for name in left where !owned.values.contains(where: { $0.contains(name) }) { expected[name] = nil }
                expected.merge(wish) { $1 }
                #expect(answers[1] == StandInAnswer(200, answers[0].json), "the same again is nothing new")
                let spec = cluster.object(.gpuPools, "p", in: "ns")?["spec"]?.object ?? JSONObject()
                #expect(Dictionary(uniqueKeysWithValues: spec.map { ($0.key, $0.value.int ?? -1) }) == expected)
                for (name, fields) in owned {
                    let paths = Self.fields(cluster, "p").fields(of: Self.owner(name)).paths
                    #expect(paths.filter { $0.count == 2 } == Set(fields.map { ["f:spec", "f:\($0)"] }))
                }
            }
        }
    }

    private static func apply(_ wish: [String: Int], _ manager: String, _ isForced: Bool) -> StandInRequest {
        var spec = JSONObject()
        for (name, value) in wish.sorted(by: { $0.key < $1.key }) { spec[name] = .int(value) }
        let path = "/apis/gleaner.dev/v1alpha1/namespaces/ns/gpupools/p?fieldManager=\(manager)&force=\(isForced)"
        return StandInRequest(
            "PATCH", path, contentType: "application/apply-patch+yaml",
            [
                "apiVersion": "gleaner.dev/v1alpha1", "kind": "GPUPool", "metadata": ["name": "p"],
                "spec": .object(spec),
            ])
    }
}
