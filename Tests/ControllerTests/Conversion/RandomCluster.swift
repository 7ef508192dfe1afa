import Harvest
import JSON
import Kubernetes
import TestSupport

/// A cluster in which everything changes at random.
struct RandomCluster {
    var random: SeededGenerator
    var pods = WatchedKind<Pod>()
    var nodes = WatchedKind<ClusterNode>()
    var workloads = WatchedKind<Workload>()
    var claims = WatchedKind<ResourceClaim>()
    var pools = WatchedKind<GenericObject>()
    var models = WatchedKind<GenericObject>()
    private var numUIDs = 0

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }
    mutating func chance(_ one: Int) -> Bool { number(0..<one) == 0 }
    mutating func pick(_ texts: [String]) -> String { texts[number(0..<texts.count)] }

    /// The identity that the object has, or that of another one of its name.
    private mutating func uid(_ known: String?) -> String {
        if let known, !chance(8) { return known }
        numUIDs += 1
        return "uid-\(numUIDs)"
    }

    mutating func step() throws {
        switch number(0..<20) {
        case 0..<9: try changePod()
        case 9..<11: try changeNode()
        case 11..<13: try changeWorkload()
        case 13..<15: try changeClaim()
        case 15: try changePool()
        case 16: try changeModel()
        case 17: breakWatch()
        default: relist(number(0..<6))
        }
    }

    private mutating func breakWatch() {
        switch number(0..<6) {
        case 0: nodes.breakWatch()
        case 1: workloads.breakWatch()
        case 2: claims.breakWatch()
        case 3: pools.breakWatch()
        case 4: models.breakWatch()
        default: pods.breakWatch()
        }
    }

    mutating func relist(_ kind: Int) {
        switch kind {
        case 0: nodes.relist(using: &random)
        case 1: workloads.relist(using: &random)
        case 2: claims.relist(using: &random)
        case 3: pools.relist(using: &random)
        case 4: models.relist(using: &random)
        default: pods.relist(using: &random)
        }
    }
}

extension RandomCluster {
    private mutating func changePod() throws {
        if chance(5) { return try changeFetcher() }
        let (name, namespace) = (pick(["a", "b", "c", "d", "e", "f"]), pick(["team", "gleaner"]))
        let key = ObjectKey(name, in: namespace)
        if chance(6) { return pods.remove(key) }
        var metadata: [(String, JSON)] = []
        if namespace == "gleaner", !chance(3) {
            let role = pick(["worker", "worker", "gateway"])
            metadata.append(("labels", ["gleaner.dev/role": .string(role), "gleaner.dev/pool": "p0"]))
        } else if chance(4) {
            metadata.append(("labels", ["scheduling.x-k8s.io/pod-group": .string(pick(["x", "y"]))]))
        }
        if chance(4) { metadata.append(("deletionTimestamp", "2026-11-21T05:57:23Z")) }
        if chance(4) { metadata.append(("ownerReferences", [["uid": .string(pick(["job-0", "job-1"]))]])) }
        pods.put(
            try ObjectSample.pod(
                name, in: namespace, uid: uid(pods.truth[key]?.metadata.uid), gpus: number(0..<4), metadata: metadata,
                spec: podSpec(), status: podStatus()))
    }

    private mutating func podSpec() -> [(String, JSON)] {
        var spec: [(String, JSON)] = [("priority", .int(number(-20..<20)))]
        if chance(2) { spec.append(("nodeName", .string(pick(["n0", "n1", "n2"])))) }
        if chance(5) { spec.append(("schedulingGates", [["name": "gate"]])) }
        if chance(5) { spec.append(("nodeSelector", ["zone": .string(pick(["x", "y"]))])) }
        if chance(5) {
            spec.append(("resourceClaims", [["name": "g", "resourceClaimName": .string(pick(["c0", "c1"]))]]))
        }
        return spec
    }

    private mutating func podStatus() -> JSON {
        var status = JSONObject([
            ("phase", .string(pick(["Pending", "Running", "Running", "Failed", "Succeeded", "?"])))
        ])
        if chance(3) { status["nominatedNodeName"] = .string(pick(["n0", "n1"])) }
        if chance(4) { status["containerStatuses"] = [["name": "main", "state": ["waiting": [:]]]] }
        if chance(4) {
            let reason = pick(["PreemptionByScheduler", "EvictionByEvictionAPI", "Whim"])
            status["conditions"] = [["type": "DisruptionTarget", "status": "True", "reason": .string(reason)]]
        }
        return .object(status)
    }

    private mutating func changeNode() throws {
        let name = pick(["n0", "n1", "n2"])
        if chance(4) { return nodes.remove(ObjectKey(name)) }
        let uid = uid(nodes.truth[ObjectKey(name)]?.metadata.uid)
        nodes.put(
            try ObjectSample.node(name, gpus: number(0..<9), uid: uid, spec: ["unschedulable": .bool(chance(4))]))
    }

    private mutating func changeClaim() throws {
        let key = ObjectKey(pick(["c0", "c1", "c2"]), in: "team")
        if chance(4) { return claims.remove(key) }
        let name = pick(["gpu.nvidia.com", "gpu.nvidia.com", "rdma.example.com"])
        let request: JSON = ["deviceClassName": .string(name), "count": .int(number(0..<4))]
        let node = chance(4) ? nil : pick(["n0", "n1"])
        claims.put(
            try ResourceClaim(
                ObjectSample.json(
                    key.name, uid: uid(claims.truth[key]?.metadata.uid), spec: ["devices": ["requests": [request]]],
                    status: chance(2) ? [:] : QueueConversionTests.given(number(1..<4), node: node))))
    }

    private mutating func changeWorkload() throws {
        let number = number(0..<2)
        let key = ObjectKey("w\(number)", in: "team")
        if chance(5) { return workloads.remove(key) }
        let conditions: [JSON] = [
            QueueConversionTests.admitted, ["type": "QuotaReserved", "status": "False", "message": "no quota"],
            ["type": "QuotaReserved", "status": "False", "message": "no topology"],
        ]
        let set: JSON = [
            "count": .int(self.number(0..<3)), "template": ["spec": ["containers": ObjectSample.asking(2)]],
        ]
        workloads.put(
            try Workload(
                ObjectSample.json(
                    key.name, uid: uid(workloads.truth[key]?.metadata.uid),
                    metadata: [("ownerReferences", [["uid": .string("job-\(number)")]])],
                    spec: ["podSets": [set], "active": .bool(!chance(6))],
                    status: ["conditions": [conditions[self.number(0..<3)]]])))
    }
}

extension RandomCluster {
    private static func pool(_ isCaching: Bool) -> JSON {
        isCaching ? ["cache": ["storageClassName": "local", "gibibytes": 100]] : [:]
    }

    private mutating func changePool() throws {
        let key = ObjectKey(pick(["p0", "p1"]), in: pick(["gleaner", "gleaner", "team"]))
        if chance(5) { return pools.remove(key) }
        let metadata: [(String, JSON)] = chance(6) ? [("deletionTimestamp", "2026-11-21T05:57:23Z")] : []
        pools.put(
            try GenericObject(
                ObjectSample.json(
                    key.name, in: key.namespace, uid: uid(pools.truth[key]?.metadata.uid), metadata: metadata,
                    spec: chance(5) ? ["grace": 1] : Self.pool(!chance(4)))))
    }

    private static func model(_ revision: String) -> JSON {
        let repository: JSON = ["name": "o/m", "revision": .string(String(repeating: revision, count: 40))]
        return ["source": ["repository": repository], "expected": ["tokensPerSecond": 1, "loadTime": "1s"]]
    }

    private mutating func changeModel() throws {
        let key = ObjectKey(pick(["m0", "m1"]), in: "gleaner")
        if chance(5) { return models.remove(key) }
        models.put(
            try GenericObject(
                ObjectSample.json(
                    key.name, in: key.namespace, uid: uid(models.truth[key]?.metadata.uid),
                    spec: Self.model(pick(["a", "b"])))))
    }

    private mutating func changeFetcher() throws {
        let (name, node) = (pick(["m0", "m1"]), pick(["n0", "n1"]))
        let pool = try GPUPool(name: "p0", spec: Self.pool(true))
        let model = try ServedModel(name: name, spec: Self.model(pick(["a", "b"])))
        let settings = WorkerSettings(namespace: "gleaner", image: "")
        guard let json = WeightsCache.fetcher(model, pool: pool, node: node, settings: settings),
            let podName = json["metadata"]?["name"]?.string
        else { return }
        let key = ObjectKey(podName, in: "gleaner")
        if chance(5) { return pods.remove(key) }
        pods.put(
            try ObjectSample.pod(
                podName, in: "gleaner", uid: uid(pods.truth[key]?.metadata.uid), gpus: 0,
                metadata: [
                    ("labels", json["metadata"]?["labels"] ?? .null),
                    ("annotations", ["brought": .string(WeightsCache.key(model))]),
                ], spec: [("nodeName", .string(node))],
                status: ["phase": .string(pick(["Running", "Succeeded", "Succeeded", "Failed"]))]))
    }
}
