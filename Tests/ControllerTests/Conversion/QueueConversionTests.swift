import Controller
import Harvest
import JSON
import Kubernetes
import Testing

@Suite struct QueueConversionTests {
    /// 2026-11-21T05:57:23Z.
    static let nowMs: Int64 = 1_795_240_643_000
    let key = ObjectID("team", "job-1")

    private func picture() -> ClusterPicture {
        ClusterPicture(ConversionTerms(namespace: "gleaner", workerPriority: -10))
    }

    static func workload(
        _ conditions: [JSON], count: Int = 2, spec more: [(String, JSON)] = [], owners: [JSON] = []
    ) throws -> Workload {
        let set: JSON = [
            "name": "main", "count": .int(count), "template": ["spec": ["containers": ObjectSample.asking(4)]],
        ]
        let spec = JSONObject([("podSets", [set]), ("priority", 7)] + more)
        return try Workload(
            ObjectSample.json(
                "job-1", metadata: [("ownerReferences", .array(owners))], spec: .object(spec),
                status: ["conditions": .array(conditions)]))
    }

    static let admitted: JSON = [
        "type": "QuotaReserved", "status": "True", "lastTransitionTime": "2026-11-21T05:57:23Z",
    ]

    @Test func anAdmittedJobAsksUntilItsPodsAreThere() throws {
        var picture = picture()
        let owner: JSON = ["kind": "Job", "name": "job", "uid": "job-uid", "controller": true]
        picture.note(.added(try Self.workload([Self.admitted], owners: [owner])), nowMs: Self.nowMs)
        let request = try #require(picture.cluster.workloads["team/job-1"])
        #expect(request.source == .workload && request.priority == 7 && request.sinceMs == Self.nowMs)
        #expect(request.members.count == 2)
        #expect(request.members[0].requests == Resources(devices: ["nvidia.com/gpu": 4]))
        let pod = try ObjectSample.pod("job-x", gpus: 4, metadata: [("ownerReferences", [owner])])
        picture.note(.added(pod), nowMs: Self.nowMs + 5)
        #expect(picture.cluster.workloads.isEmpty)
        #expect(picture.cluster.pendingRequests().map(\.source) == [.pod])
        picture.note(.removed(pod), nowMs: Self.nowMs + 9)
        #expect(picture.cluster.workloads["team/job-1"]?.sinceMs == Self.nowMs)
    }

    @Test func podsAreKnownByTheirWorkloadsNameToo() throws {
        for place in [("annotations", "kueue.x-k8s.io/workload"), ("labels", "kueue.x-k8s.io/pod-group-name")] {
            var picture = picture()
            let mark = (place.0, ObjectSample.texts([place.1: "job-1"]))
            // Elsewhere the name means another workload.
            picture.note(.added(try ObjectSample.pod("a", in: "other", metadata: [mark])), nowMs: Self.nowMs)
            picture.note(.added(try Self.workload([Self.admitted])), nowMs: Self.nowMs)
            #expect(picture.cluster.workloads.count == 1)
            picture.note(.added(try ObjectSample.pod("a", metadata: [mark])), nowMs: Self.nowMs)
            #expect(picture.cluster.workloads.isEmpty)
        }
    }

    @Test(arguments: ["kueue.x-k8s.io/managed", "kueue.x-k8s.io/queue-name"])
    func aPodCanBeItsOwnJob(_ label: String) throws {
        var picture = picture()
        let owner: JSON = ["kind": "Pod", "name": "solo", "uid": "uid-solo"]
        picture.note(.added(try Self.workload([Self.admitted], count: 1, owners: [owner])), nowMs: Self.nowMs)
        #expect(picture.cluster.workloads.count == 1)
        let solo = try ObjectSample.pod("solo", metadata: [("labels", ObjectSample.texts([label: "true"]))])
        picture.note(.added(solo), nowMs: Self.nowMs)
        #expect(picture.cluster.workloads.isEmpty && picture.cluster.pendingRequests().count == 1)
    }

    /// Pods that we cannot find are no reason to clear nodes for ever, nor again after a restart.
    @Test func aJobWhosePodsAreNotFoundAsksForAWhile() throws {
        var picture = picture()
        picture.note(.added(try Self.workload([Self.admitted])), nowMs: Self.nowMs)
        #expect(picture.nextExpiryMs(nowMs: Self.nowMs) == Self.nowMs + 30_000)
        picture.expire(nowMs: Self.nowMs + 29_999)
        #expect(picture.cluster.workloads.count == 1)
        let revision = picture.revision
        picture.expire(nowMs: Self.nowMs + 30_000)
        #expect(picture.cluster.workloads.isEmpty && picture.revision > revision)
        #expect(picture.nextExpiryMs(nowMs: Self.nowMs + 30_000) == nil)
        var later = self.picture()
        later.note(.added(try Self.workload([Self.admitted])), nowMs: Self.nowMs + 61_000)
        #expect(later.cluster.workloads.isEmpty)
    }

    /// Quota does not count our workers: nothing that we give back helps, but where nodes are looked at first.
    @Test func aJobWaitsForRoomOnlyWhereNodesAreLookedAt() throws {
        let waiting: [(JSON, Bool)] = [
            (
                ["type": "QuotaReserved", "status": "False", "reason": "Pending", "message": "insufficient quota"],
                false
            ),
            (
                [
                    "type": "QuotaReserved", "status": "False", "reason": "Pending",
                    "message": "couldn't assign flavors: topology \"default\" allows to fit only 1 out of 2 pod(s)",
                ], true
            ),
            (["type": "QuotaReserved", "status": "False", "reason": "TopologyPlacementFailed"], true),
        ]
        for (condition, asks) in waiting {
            var picture = picture()
            picture.note(.added(try Self.workload([condition])), nowMs: Self.nowMs)
            picture.expire(nowMs: Self.nowMs + 86_400_000)
            #expect(picture.cluster.workloads.isEmpty == !asks, "\(condition)")
        }
    }

    @Test func whatDoesNotWaitDoesNotAsk() throws {
        let cases: [Workload] = [
            try Self.workload([]), try Self.workload([Self.admitted], spec: [("active", false)]),
            try Self.workload([Self.admitted, ["type": "Finished", "status": "True"]]),
            try Self.workload([Self.admitted, ["type": "Evicted", "status": "True"]]),
            try Self.workload([Self.admitted], count: 0), try Self.workload([Self.admitted], count: .max),
            try Workload(
                ObjectSample.json(
                    "job-1", spec: ["podSets": [["count": 3, "template": ["spec": ["containers": [[:]]]]]]],
                    status: ["conditions": [Self.admitted]])),
        ]
        for workload in cases {
            var picture = picture()
            picture.note(.added(workload), nowMs: Self.nowMs)
            #expect(picture.cluster.workloads.isEmpty, "\(workload)")
        }
    }

    @Test func aJobOfTheSameNameBeginsAnew() throws {
        var picture = picture()
        let old = try Self.workload([Self.admitted])
        picture.note(.added(old), nowMs: Self.nowMs)
        let json = ObjectSample.json(
            "job-1", uid: "another",
            spec: ["podSets": [["count": 1, "template": ["spec": ["containers": ObjectSample.asking(1)]]]]],
            status: ["conditions": [Self.admitted]])
        picture.note(.added(try Workload(json)), nowMs: Self.nowMs + 100)
        #expect(picture.cluster.workloads["team/job-1"]?.sinceMs == Self.nowMs + 100)
        picture.note(.removed(old), nowMs: Self.nowMs + 200)
        #expect(picture.cluster.workloads.count == 1)
    }

    // MARK: Claims

    private func claim(_ requests: [JSON], status: JSON = [:], uid: String = "c") throws -> ResourceClaim {
        try ResourceClaim(
            ObjectSample.json("c", uid: uid, spec: ["devices": ["requests": .array(requests)]], status: status))
    }

    static func given(_ count: Int, node: String?) -> JSON {
        let results = (0..<count).map { place -> JSON in
            ["request": "gpu", "driver": "gpu.nvidia.com", "pool": "x", "device": .string("gpu-\(place)")]
        }
        var allocation = JSONObject([("devices", ["results": .array(results)])])
        if let node {
            let field: JSON = ["key": "metadata.name", "operator": "In", "values": [.string(node)]]
            allocation["nodeSelector"] = ["nodeSelectorTerms": [["matchFields": [field]]]]
        }
        return ["allocation": .object(allocation)]
    }

    @Test func aClaimAsksUntilItIsGiven() throws {
        var picture = picture()
        let wish: JSON = ["name": "gpu", "exactly": ["deviceClassName": "gpu.nvidia.com", "count": 2]]
        let pending = try claim([wish])
        picture.note(.added(pending))
        let id = ObjectID("team", "c")
        #expect(picture.cluster.claims[id] == DeviceClaim(id: id, resource: "nvidia.com/gpu", count: 2))
        let pod = try ObjectSample.pod(
            "p", gpus: 0, spec: [("resourceClaims", [["name": "gpu", "resourceClaimName": "c"]])])
        picture.note(.added(pod), nowMs: 1)
        #expect(picture.cluster.pendingRequests().map { $0.members[0].requests["nvidia.com/gpu"] } == [2])
        let given = try claim([wish], status: Self.given(2, node: "n1"))
        picture.note(.changed(from: pending, to: given))
        #expect(picture.cluster.claims[id]?.node == "n1" && picture.cluster.pendingRequests().isEmpty)
        #expect(picture.cluster.entries["n1"]?.owned["nvidia.com/gpu"] == 2)
        picture.note(.removed(try claim([wish], uid: "older")))
        #expect(picture.cluster.claims.count == 1)
        picture.note(.removed(given))
        #expect(picture.cluster.claims.isEmpty && picture.cluster.entries["n1"] == nil)
    }

    @Test func whatAClaimWantsIsCounted() throws {
        let terms = ConversionTerms(namespace: "gleaner", workerPriority: -10)
        func count(_ requests: [JSON], _ status: JSON = [:]) throws -> Int? {
            DeviceClaim(try claim(requests, status: status), terms)?.count
        }
        let gpu: JSON = ["deviceClassName": "gpu.nvidia.com", "count": 3]
        let network: JSON = ["deviceClassName": "rdma.example.com"]
        let all: JSON = ["exactly": ["deviceClassName": "gpu.nvidia.com", "allocationMode": "All"]]
        #expect(try count([gpu, gpu]) == 6)
        #expect(try count([network, gpu]) == 3)
        #expect(try count([network]) == nil)
        #expect(try count([]) == nil)
        #expect(try count([["firstAvailable": [network, gpu]]]) == 3)
        #expect(try count([all]) == 1)
        #expect(try count([all], Self.given(8, node: "n")) == 8)
        // Of five devices that were given, two are of another kind.
        #expect(try count([network, gpu], Self.given(5, node: "n")) == 3)
        #expect(try count([["deviceClassName": "gpu.nvidia.com", "count": .int(.max)], gpu]) == 1 << 20 + 3)
        #expect(try count([["deviceClassName": "gpu.nvidia.com", "count": .int(.min)]]) == 0)
        // What was given out without a node's name asks for nothing more.
        #expect(try count([gpu], Self.given(3, node: nil)) == nil)
    }
}
