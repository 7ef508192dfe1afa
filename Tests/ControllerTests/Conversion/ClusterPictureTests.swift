import Controller
import Harvest
import JSON
import Kubernetes
import Testing

@Suite struct ClusterPictureTests {
    private func picture() -> ClusterPicture {
        ClusterPicture(ConversionTerms(namespace: "gleaner", workerPriority: -10))
    }

    private func object(
        _ name: String, in namespace: String = "gleaner", uid: String? = nil, metadata: [(String, JSON)] = [],
        spec: JSON = [:], status: JSON = [:]
    ) throws -> GenericObject {
        try GenericObject(
            ObjectSample.json(name, in: namespace, uid: uid, metadata: metadata, spec: spec, status: status))
    }

    @Test func firstSightSurvivesWhateverTheReflectorSays() throws {
        var picture = picture()
        let pod = try ObjectSample.pod("p")
        picture.note(.added(pod), nowMs: 10)
        picture.note(.changed(from: pod, to: pod), nowMs: 20)
        // A list after a gap, by a reader that began anew.
        picture.note(.added(pod), nowMs: 30)
        picture.note(Change<Pod>.synced, nowMs: 30)
        #expect(picture.cluster.pod(ObjectID("team", "p"))?.createdMs == 10)
        let next = try ObjectSample.pod("p", uid: "other")
        picture.note(.added(next), nowMs: 40)
        #expect(picture.cluster.pod(ObjectID("team", "p"))?.createdMs == 40)
        // The end of the one before it is heard late.
        picture.note(.removed(pod), nowMs: 50)
        #expect(picture.cluster.pod(ObjectID("team", "p"))?.uid == "other")
        picture.note(.removed(next), nowMs: 60)
        #expect(picture.cluster.pods.isEmpty)
    }

    @Test func aNodeThatWasReplacedStays() throws {
        var picture = picture()
        let (old, new) = (try ObjectSample.node("n", uid: "a"), try ObjectSample.node("n", gpus: 4, uid: "b"))
        picture.note(.added(old))
        picture.note(.added(new))
        picture.note(.removed(old))
        #expect(picture.cluster.node("n")?.allocatable["nvidia.com/gpu"] == 4)
        picture.note(.removed(new))
        #expect(picture.cluster.entries.isEmpty)
    }

    @Test func heartbeatsMoveNothing() throws {
        var picture = picture()
        func node(_ time: String) throws -> ClusterNode {
            try ObjectSample.node("n", metadata: [("annotations", ["beat": .string(time)])])
        }
        let pod = try ObjectSample.pod("p")
        let pool = try object("pool")
        picture.note(.added(try node("1")))
        picture.note(.added(pod), nowMs: 1)
        picture.notePool(.added(pool))
        let revision = picture.revision
        picture.note(.changed(from: try node("1"), to: try node("2")))
        picture.note(.changed(from: pod, to: pod), nowMs: 2)
        picture.notePool(.changed(from: pool, to: try object("pool", status: ["gpus": ["idle": 7]])))
        picture.expire(nowMs: 3)
        #expect(picture.revision == revision)
        // But the status that was read last is there to be written anew.
        #expect(picture.pools["pool"]?.object.status?["gpus"]?["idle"]?.int == 7)
        picture.note(.added(try ObjectSample.node("m")))
        #expect(picture.revision == revision + 1)
    }

    /// A pool that has not been listed yet must not be taken for one that was removed.
    @Test func nothingIsDecidedBeforeAllIsKnown() throws {
        var picture = picture()
        #expect(!picture.isComplete)
        picture.note(Change<ClusterNode>.synced)
        picture.note(Change<Pod>.synced, nowMs: 1)
        picture.notePool(.synced)
        #expect(!picture.isComplete)
        picture.noteModel(.synced)
        #expect(picture.isComplete && picture.complete == [.nodes, .pods, .pools, .models])
        picture.note(Change<ResourceClaim>.synced)
        picture.note(Change<Workload>.synced, nowMs: 1)
        #expect(picture.complete == Set(ClusterPicture.Part.allCases))
    }

    @Test func poolsAreReadOrRefused() throws {
        var picture = picture()
        picture.notePool(.added(try object("b", spec: ["idleAfter": "5m"])))
        picture.notePool(.added(try object("a", spec: ["grace": 1])))
        picture.notePool(.added(try object("c", spec: .null)))
        picture.notePool(.added(try object("elsewhere", in: "team")))
        let standings = picture.standings
        #expect(standings.map(\.name) == ["a", "b", "c"])
        #expect(standings[0].pool == nil && standings[0].problems?.all.first?.field == "spec.grace")
        #expect(standings[1].pool?.idleAfterMs == 300_000 && standings[1].problems == nil)
        #expect(standings[2].pool == nil && standings[2].problems != nil)
    }

    /// The owner's switch works at once, whatever holds the object.
    @Test func aPoolThatIsBeingDeletedIsGone() throws {
        var picture = picture()
        let pool = try object("p")
        picture.notePool(.added(pool))
        let going = try object("p", metadata: [("deletionTimestamp", "2026-11-21T05:57:23Z")])
        picture.notePool(.changed(from: pool, to: going))
        #expect(picture.standings.isEmpty)
        picture.notePool(.added(try object("p", uid: "new")))
        picture.notePool(.removed(going))
        #expect(picture.standings.count == 1)
    }

    @Test func aSuspensionHoldsUntilTheSpecIsChanged() throws {
        func suspension(_ status: String, observed: Int, generation: Int) throws -> String? {
            let condition: JSON = [
                "type": "Suspended", "status": .string(status), "message": "gleaner/w came back late.",
                "observedGeneration": .int(observed),
            ]
            return PoolStanding(
                try object(
                    "p", metadata: [("generation", .int(generation))], status: ["conditions": [condition]])
            ).suspension
        }
        #expect(try suspension("True", observed: 2, generation: 2) == "gleaner/w came back late")
        #expect(try suspension("True", observed: 2, generation: 3) == nil)
        #expect(try suspension("False", observed: 2, generation: 2) == nil)
    }

    private func model(_ name: String, revision: Character = "a", spec more: [(String, JSON)] = []) throws
        -> GenericObject
    {
        let repository: JSON = ["name": "owner/model", "revision": .string(String(repeating: revision, count: 40))]
        let spec = JSONObject(
            [("source", ["repository": repository]), ("expected", ["tokensPerSecond": 100, "loadTime": "30s"])] + more)
        return try object(name, spec: .object(spec))
    }

    @Test func modelsAreReadOrRefused() throws {
        var picture = picture()
        let good = try model("good")
        picture.noteModel(.added(good))
        picture.noteModel(.added(try model("bad", spec: [("minimumWarm", "many")])))
        #expect(picture.modelNames == ["good"] && picture.servedModels.map(\.name) == ["good"])
        guard case .refused(let problems) = picture.models["bad"]?.standing else {
            Issue.record("a wrong model was read")
            return
        }
        #expect(problems.all.first?.field == "spec.minimumWarm")
        picture.noteModel(.removed(good))
        #expect(picture.modelNames.isEmpty && picture.models.count == 1)
    }

    // MARK: Weights

    private func fetcher(_ model: ServedModel, pool: GPUPool, on node: String, phase: String) throws -> Pod {
        let settings = WorkerSettings(namespace: "gleaner", image: "image@sha256:0")
        let manifest = try #require(WeightsCache.fetcher(model, pool: pool, node: node, settings: settings))
        var json = manifest.object ?? JSONObject()
        var metadata = json["metadata"]?.object ?? JSONObject()
        metadata["uid"] = .string("uid-\(node)")
        json["metadata"] = .object(metadata)
        var spec = json["spec"]?.object ?? JSONObject()
        spec["nodeName"] = .string(node)
        json["spec"] = .object(spec)
        json["status"] = ["phase": .string(phase)]
        return try Pod(.object(json))
    }

    @Test func weightsLieWhereTheirFetcherEnded() throws {
        var picture = picture()
        let spec: JSON = ["cache": ["storageClassName": "local", "gibibytes": 100]]
        let pool = try GPUPool(name: "p", spec: spec)
        let object = try model("m")
        let standing = try #require(ModelStanding(object).model)
        let running = try fetcher(standing, pool: pool, on: "n1", phase: "Running")
        let done = try fetcher(standing, pool: pool, on: "n1", phase: "Succeeded")
        picture.note(.added(running), nowMs: 1)
        picture.notePool(.added(try self.object("p", spec: spec)))
        picture.noteModel(.added(object))
        #expect(picture.cluster.weights.isEmpty)
        picture.note(.changed(from: running, to: done), nowMs: 2)
        #expect(picture.cluster.weights == ["n1": [WeightsCache.key(standing)]])
        // Another commit is other weights, until the spec says the first again.
        picture.noteModel(.changed(from: object, to: try model("m", revision: "b")))
        #expect(picture.cluster.weights.isEmpty)
        picture.noteModel(.added(object))
        #expect(picture.cluster.weights.count == 1)
        picture.note(.removed(done), nowMs: 3)
        #expect(picture.cluster.weights.isEmpty)
    }
}
