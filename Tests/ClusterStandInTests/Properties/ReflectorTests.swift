import ClusterStandIn
import JSON
import Kubernetes
import TestSupport
import Testing

/// Our reflector against a server that misbehaves.
@Suite(.timeLimit(.minutes(10))) struct ReflectorTests {
    private static let names = ["a", "b", "c", "d", "e", "f"]

    /// However it is cut, forgotten and restarted, a reflector ends with what there is: with a selector, without one,
    /// and in whatever pieces the events come.
    @Test(arguments: 0..<6) func itEndsWithWhatThereIs(_ seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var rules = APIRules()
        rules.refusesExpiredWatches = seed % 2 == 1
        try await ClusterStandIn.run(rules, pieceBytes: [nil, 1, 97][seed % 3]) { cluster in
            let selection = seed % 2 == 0 ? Selection.all : Selection(labels: .equal("side", "left"))
            let reflector = Reflector(.pods, selection, client: try cluster.client(), pageLimit: 2)
            let run = Task { await reflector.run() }
            defer { run.cancel() }
            for _ in 0..<60 {
                try Self.change(cluster, using: &generator)
                if seed < 3 { await Task.yield() }
                switch Int.random(in: 0..<12, using: &generator) {
                case 0: cluster.cutConnections()
                case 1: cluster.compact()
                case 2: try await cluster.restart(forgetting: Bool.random(using: &generator))
                case 3: cluster.setFault { $0.isWatch ? .cut : nil }
                case 4: cluster.setFault { _ in .refuse(503, retryAfterSeconds: 1) }
                case 5: cluster.advance(by: .seconds(Int.random(in: 0...600, using: &generator)))
                default: cluster.setFault(nil)
                }
            }
            cluster.setFault(nil)
            try await Self.waitForTheEnd(reflector, cluster)
            let expected = cluster.pods.filter { selection.labels.matches($0.metadata.labels) }
            #expect(Set(reflector.objects.map(\.metadata.name)) == Set(expected.map(\.metadata.name)))
            for pod in expected { #expect(reflector[pod.metadata.key] == pod) }
        }
    }

    /// A last pod shows that everything before it has been told.
    private static func waitForTheEnd(_ reflector: Reflector<Pod>, _ cluster: ClusterStandIn) async throws {
        let changes = reflector.changes()
        try cluster.create(.pods, ClusterStandIn.pod("the-end", labels: ["side": "left"]))
        for await change in changes where change.object?.metadata.name == "the-end" { return }
    }

    private static func change(_ cluster: ClusterStandIn, using generator: inout SeededGenerator) throws {
        let name = names.randomElement(using: &generator) ?? "a"
        let labels = ["side": Bool.random(using: &generator) ? "left" : "right"]
        switch (cluster.pod(name), Int.random(in: 0..<3, using: &generator)) {
        case (nil, _): try cluster.create(.pods, ClusterStandIn.pod(name, labels: labels))
        case (_?, 0): try cluster.delete(.pods, name)
        case (_?, _):
            try cluster.patch(.pods, name, ["metadata": ["labels": ["side": .string(labels["side"] ?? "")]]])
        }
    }

    /// What a bookmark says is where the next watch begins, so that one that was silent for hours needs no new list.
    @Test func aBookmarkSparesAList() async throws {
        try await ClusterStandIn.run { cluster in
            let client = try cluster.client()
            let (stream, told) = AsyncStream<WatchEvent<Pod>>.makeStream()
            let start = String(cluster.revision)
            let watch = Task {
                try? await client.watch(.pods, from: start, seconds: 300) { events in
                    for event in events { told.yield(event) }
                }
                told.finish()
            }
            while cluster.watchCount == 0 { await Task.yield() }
            for number in 0..<3 { try cluster.add(node: "n\(number)") }
            cluster.advance(by: .seconds(61))
            cluster.advance(by: .seconds(300))
            await watch.value
            var versions: [String] = []
            for await event in stream {
                guard case .bookmark(let version) = event else { continue }
                versions.append(version)
            }
            #expect(
                versions == [String(cluster.revision), String(cluster.revision)], "one a minute, one before the end")
        }
    }

    /// The answer to a write may be lost although it was done.
    @Test func aLostAnswerIsNoRefusal() async throws {
        try await ClusterStandIn.run { cluster in
            let client = try cluster.client()
            cluster.setFault { $0.method == "POST" ? .loseAnswer : nil }
            do throws(KubernetesError) {
                _ = try await client.create(.pods, ClusterStandIn.pod("a"), in: "default")
                Issue.record("the answer was not lost")
            } catch { #expect(error.isTransient) }
            #expect(cluster.pod("a") != nil)
            cluster.setFault { _ in .refuse(429, retryAfterSeconds: 7) }
            do throws(KubernetesError) {
                _ = try await client.get(.pods, "a", in: "default")
                Issue.record("the refusal was not said")
            } catch { #expect(error.retryAfter == .seconds(7) && error.isTransient) }
        }
    }
}
