import Controller
import Harvest
import JSON
import Kubernetes
import Testing

@Suite struct PodConversionTests {
    let terms = ConversionTerms(namespace: "gleaner", workerPriority: -10)

    private func state(_ pod: Pod, before: PodState? = nil, nowMs: Int64 = 1000) -> PodState {
        PodState(pod, terms, before: before, nowMs: nowMs)
    }

    @Test func aPodOfTheOwnersIsRead() throws {
        let pod = state(try ObjectSample.pod("job", gpus: 3, spec: [("priority", 5)]))
        #expect(pod.id == ObjectID("team", "job") && pod.uid == "uid-job" && pod.worker == nil)
        #expect(pod.requests == Resources(devices: ["nvidia.com/gpu": 3]))
        #expect(pod.phase == .pending && pod.node == nil && pod.priority == 5 && pod.isPreempting && !pod.isGated)
        #expect(pod.createdMs == 1000 && pod.runningMs == nil && pod.deletionAskedMs == nil && pod.disruption == nil)
    }

    @Test func onlyOurNamespaceHasWorkers() throws {
        let labels: (String, JSON) = (
            "labels", ["gleaner.dev/role": "worker", "gleaner.dev/pool": "p", "gleaner.dev/model": "m"]
        )
        let ours = state(try ObjectSample.pod("w", in: "gleaner", metadata: [labels]))
        #expect(ours.worker == WorkerIdentity(pool: "p", model: "m"))
        #expect(state(try ObjectSample.pod("w", metadata: [labels])).worker == nil)
        let bare = try ObjectSample.pod("w", in: "gleaner", metadata: [("labels", ["gleaner.dev/role": "worker"])])
        #expect(state(bare).worker == WorkerIdentity(pool: "", model: ""))
        let fetcher = try ObjectSample.pod("f", in: "gleaner", metadata: [("labels", ["gleaner.dev/role": "fetcher"])])
        #expect(state(fetcher).worker == nil)
    }

    /// What the other room writes into a worker's pod is what this one reads from it.
    @Test func aWorkersManifestIsReadBack() throws {
        let pool = GPUPool(name: "idle")
        var model = ServedModel(
            name: "qwen", source: .volume(claim: "w", path: "m"), expected: .init(tokensPerSecond: 1, loadMs: 1))
        model.gpus = 4
        let settings = WorkerSettings(namespace: "gleaner", image: "image@sha256:0")
        let manifest = WorkerPod(name: "w-1", node: "n7", pool: pool, model: model, settings: settings).manifest
        var json = manifest.object ?? JSONObject()
        var metadata = json["metadata"]?.object ?? JSONObject()
        metadata["uid"] = "u"
        json["metadata"] = .object(metadata)
        let worker = state(try Pod(.object(json)))
        #expect(worker.worker == WorkerIdentity(pool: "idle", model: "qwen"))
        #expect(worker.pinnedNode == "n7" && worker.place == "n7" && worker.node == nil)
        #expect(worker.requests == Resources(devices: ["nvidia.com/gpu": 4]))
        #expect(worker.rule.allows(NodeState(try ObjectSample.node("n7"))))
        #expect(!worker.rule.allows(NodeState(try ObjectSample.node("n8"))))
    }

    /// A pod of a DaemonSet waits for its node by its rule; until the scheduler says so it takes nothing there.
    @Test func anOwnersPinnedPodIsNotThereYet() throws {
        let term: JSON = ["matchFields": [["key": "metadata.name", "operator": "In", "values": ["n1"]]]]
        let pod = state(try ObjectSample.pod("d", spec: [("affinity", PlacementConversionTests.required([term]))]))
        #expect(pod.pinnedNode == nil && pod.place == nil)
        #expect(pod.rule.allows(NodeState(try ObjectSample.node("n1"))))
        #expect(!pod.rule.allows(NodeState(try ObjectSample.node("n2"))))
    }

    @Test func whoMakesRoomByItself() throws {
        let cases: [([(String, JSON)], Bool)] = [
            ([], true), ([("schedulerName", "default-scheduler")], true), ([("schedulerName", "volcano")], false),
            ([("preemptionPolicy", "Never")], false), ([("priority", -10)], false), ([("priority", -9)], true),
            ([("resourceClaims", [["name": "gpu", "resourceClaimName": "c"]])], false),
        ]
        for (spec, isPreempting) in cases {
            #expect(state(try ObjectSample.pod("p", spec: spec)).isPreempting == isPreempting, "\(spec)")
        }
        var others = terms
        others.preemptingSchedulers = ["volcano"]
        let pod = try ObjectSample.pod("p", spec: [("schedulerName", "volcano")])
        #expect(PodState(pod, others, before: nil, nowMs: 0).isPreempting)
    }

    @Test func aNominationEndsWithTheBinding() throws {
        let nominated = state(
            try ObjectSample.pod("p", status: ["phase": "Pending", "nominatedNodeName": "n1"]))
        #expect(nominated.nominatedNode == "n1" && nominated.place == "n1")
        let bound = state(
            try ObjectSample.pod(
                "p", spec: [("nodeName", "n2")], status: ["phase": "Pending", "nominatedNodeName": "n1"]))
        #expect(bound.nominatedNode == nil && bound.node == "n2")
    }

    @Test func gatesHoldOnlyWhatIsNotBound() throws {
        let gates: (String, JSON) = ("schedulingGates", [["name": "kueue.x-k8s.io/admission"]])
        #expect(state(try ObjectSample.pod("p", spec: [gates])).isGated)
        #expect(!state(try ObjectSample.pod("p", spec: [gates, ("nodeName", "n")])).isGated)
    }

    @Test func claimsAreNamedOrMade() throws {
        let pod = state(
            try ObjectSample.pod(
                "p", gpus: 0,
                spec: [
                    (
                        "resourceClaims",
                        [
                            ["name": "a", "resourceClaimName": "own"],
                            ["name": "b", "resourceClaimTemplateName": "t"],
                            ["name": "c", "resourceClaimTemplateName": "t"],
                        ]
                    )
                ],
                status: ["resourceClaimStatuses": [["name": "b", "resourceClaimName": "p-b-x"], ["name": "c"]]]))
        #expect(pod.claims == [ObjectID("team", "own"), ObjectID("team", "p-b-x")])
    }

    @Test(
        arguments: [
            ("labels", "scheduling.x-k8s.io/pod-group"), ("labels", "pod-group.scheduling.sigs.k8s.io"),
            ("labels", "kueue.x-k8s.io/pod-group-name"), ("annotations", "scheduling.k8s.io/group-name"),
            ("annotations", "pod-group-name"),
        ]) func gangsAreOfTheirNamespace(_ place: String, _ key: String) throws
    {
        let pod = try ObjectSample.pod("p", metadata: [(place, ObjectSample.texts([key: "train"]))])
        #expect(state(pod).gang == "team/train")
        let empty = try ObjectSample.pod("p", metadata: [(place, ObjectSample.texts([key: ""]))])
        #expect(state(empty).gang == nil)
    }

    @Test func aPhaseThatWeDoNotKnowIsNotOver() throws {
        for status in [.null, ["phase": "Unknown"], ["phase": "Weird"], ["phase": 5]] as [JSON] {
            #expect(state(try ObjectSample.pod("p", status: status)).phase == .pending)
            let bound = state(try ObjectSample.pod("p", spec: [("nodeName", "n")], status: status))
            #expect(bound.phase == .running && !bound.isTerminal)
        }
        for (phase, isOver) in [("Pending", false), ("Running", false), ("Succeeded", true), ("Failed", true)] {
            #expect(state(try ObjectSample.pod("p", status: ["phase": .string(phase)])).isTerminal == isOver)
        }
    }
}
