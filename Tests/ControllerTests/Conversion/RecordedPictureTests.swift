import Controller
import Harvest
import JSON
import Kubernetes
import TestSupport
import Testing

/// What a real control plane said, played into a picture.
@Suite(.enabled(if: TestData.isAvailable), .timeLimit(.minutes(10))) struct RecordedPictureTests {
    private static let terms = ConversionTerms(namespace: "default", workerPriority: -10)

    /// A lent node with eight accelerators, by the name that the recordings have.
    private func picture(_ nodes: [String] = ["gpu-0"]) throws -> ClusterPicture {
        var picture = ClusterPicture(Self.terms)
        for name in nodes {
            let labels: JSON = ["gleaner.dev/harvest": "true"]
            picture.note(.added(try ObjectSample.node(name, metadata: [("labels", labels)])))
        }
        let pool = ObjectSample.json("p", in: "default")
        picture.notePool(.added(try GenericObject(pool)))
        return picture
    }

    private func decision(_ picture: ClusterPicture, nowMs: Int64) -> ReclaimDecision {
        ReclaimDecision(picture.cluster, picture.standings, models: ["m"], nowMs: nowMs)
    }

    /// A worker that holds the node, as all scenarios begin.
    private func worker() throws -> Pod {
        let json = try Recorded.watch("preemption/grace5-exits-300ms.pods").map(\.object).first {
            $0["metadata"]?["name"]?.string == "worker"
        }
        var metadata = try #require(json?["metadata"]?.object)
        metadata["name"] = "resident"
        metadata["uid"] = "resident"
        var object = try #require(json?.object)
        object["metadata"] = .object(metadata)
        object["status"] = ["phase": "Running"]
        return try Pod(Recorded.lent(.object(object)))
    }

    @Test func aPreemptionIsSeenStepByStep() throws {
        var picture = try picture()
        var (codes, phases): ([String], [String]) = ([], [])
        let id = ObjectID("default", "worker")
        for (atMs, change) in try Recorded.pods("preemption/grace5-exits-300ms.pods") {
            picture.note(change, nowMs: atMs)
            guard let worker = picture.cluster.pod(id) else { continue }
            #expect(worker.worker == WorkerIdentity(pool: "p", model: "m"))
            phases.append(worker.phase.rawValue)
            if let moment = decision(picture, nowMs: atMs).leaving[id] {
                codes.append("\(moment.signal.code) \(moment.atMs)")
            }
            if worker.isLeaving { #expect(worker.deletionAskedMs == 38 && worker.disruption?.atMs == 27) }
        }
        #expect(Set(codes) == ["Preemption 27"])
        #expect(phases.first == "Running" && phases.last == "Failed")
        let ops = try #require(picture.cluster.pod(ObjectID("default", "ops")))
        #expect(ops.createdMs == 15 && ops.runningMs == 405 && ops.node == "gpu-0" && ops.nominatedNode == nil)
        #expect(picture.cluster.workers.isEmpty && picture.cluster.entries["gpu-0"]?.owned["nvidia.com/gpu"] == 8)
    }

    /// Nothing may be given back for these, whatever a worker holds.
    @Test(arguments: ["too-big", "wrong-selector", "gated", "zero-cpu-worker-survives"])
    func whatCannotBeHelpedTakesNothing(_ name: String) throws {
        var picture = try picture()
        picture.note(.added(try worker()), nowMs: 0)
        for (atMs, change) in try Recorded.pods("preemption/\(name).pods") {
            picture.note(change, nowMs: atMs)
            let decision = decision(picture, nowMs: atMs + 60_000)
            #expect(decision.reclaims.isEmpty, "\(decision.reclaims.map(\.explanation))")
        }
    }

    /// Who does not preempt is helped at once; who does has its turn first.
    @Test(arguments: [("never-preempts", true), ("other-scheduler", true), ("grace5-exits-300ms", false)])
    func whoDoesNotPreemptIsHelpedAtOnce(_ name: String, _ atOnce: Bool) throws {
        var picture = try picture()
        picture.note(.added(try worker()), nowMs: 0)
        let first = try #require(
            try Recorded.pods("preemption/\(name).pods").first { $0.change.object?.metadata.name == "ops" })
        picture.note(first.change, nowMs: first.atMs)
        #expect(decision(picture, nowMs: first.atMs).reclaims.count == (atOnce ? 1 : 0))
        #expect(decision(picture, nowMs: first.atMs + 200).reclaims.map(\.worker.name) == ["resident"])
    }

    @Test func nodesComeAndGo() throws {
        var (picture, store) = (ClusterPicture(Self.terms), ObjectStore<ClusterNode>())
        var (cordons, unready, sevens, foreign) = (0, 0, 0, 0)
        for line in try Recorded.watch("nodes/nodes") where line.type != "BOOKMARK" {
            let node = try ClusterNode(line.object)
            for change in line.type == "DELETED" ? store.remove(node) : store.put(node) { picture.note(change) }
            guard let state = picture.cluster.node(node.name) else { continue }
            cordons += state.isCordoned ? 1 : 0
            unready += state.isReady ? 0 : 1
            sevens += state.allocatable["nvidia.com/gpu"] == 7 ? 1 : 0
            foreign += state.taints.contains { !$0.key.hasPrefix("node.kubernetes.io/") } ? 1 : 0
        }
        #expect(cordons > 0 && unready > 0 && sevens > 0 && foreign > 0)
        #expect(picture.cluster.node("gpu-0") == nil && picture.cluster.node("gpu-1")?.isCordoned == false)
    }

    /// Every scenario ends as the objects that are there at its end, at every moment of it.
    @Test func everyScenarioIsWhatIsThere() throws {
        for path in Recorded.paths("preemption", ".pods.jsonl") + ["nodes/pods"] {
            var (picture, there): (ClusterPicture, [ObjectKey: Pod]) = (try picture(), [:])
            for (_, change) in try Recorded.pods(path) {
                picture.note(change, nowMs: 7)
                switch change {
                case .added(let pod), .changed(_, let pod): there[pod.metadata.key] = pod
                case .removed(let pod): there[pod.metadata.key] = nil
                case .synced: break
                }
                for pod in there.values {
                    var state = try #require(picture.cluster.pod(ObjectID(pod.metadata.key)))
                    let alone = PodState(pod, Self.terms, before: nil, nowMs: 7)
                    // It ran before it ended.
                    state.runningMs = alone.runningMs
                    #expect(state == alone)
                }
                #expect(picture.cluster.pods.count == there.count)
            }
        }
    }
}
