import Controller
import Harvest
import JSON
import Kubernetes
import TestSupport
import Testing

/// Whatever an object says, it is read, noted and taken back without harm.
@Suite(.timeLimit(.minutes(10))) struct HostileObjectTests {
    private static let nowMs: [Int64] = [-1, 0, QueueConversionTests.nowMs, 1 << 52]

    @Test func nothingThatAnObjectSaysDoesHarm() throws {
        var random = SeededGenerator(seed: 61)
        var picture = ClusterPicture(ConversionTerms(namespace: "gleaner", workerPriority: -10))
        var numRead = 0
        for round in 0..<1500 {
            let name = "o\(Int.random(in: 0..<8, using: &random))"
            let nowMs = Self.nowMs.randomElement(using: &random) ?? 0
            numRead += note(Self.object(name, &random), &picture, nowMs)
            guard round % 20 == 0 else { continue }
            picture.expire(nowMs: nowMs)
            _ = picture.nextExpiryMs(nowMs: nowMs)
            _ = ReclaimDecision(picture.cluster, picture.standings, models: picture.modelNames, nowMs: 1000)
        }
        #expect(numRead > 5000)
    }

    /// The same value read as every kind.
    private func note(_ json: JSON, _ picture: inout ClusterPicture, _ nowMs: Int64) -> Int {
        var count = 0
        if let pod = try? Pod(json) {
            picture.note(.added(pod), nowMs: nowMs)
            count += 1
        }
        if let node = try? ClusterNode(json) {
            picture.note(.added(node))
            count += 1
        }
        if let workload = try? Workload(json) {
            picture.note(.added(workload), nowMs: nowMs)
            count += 1
        }
        if let claim = try? ResourceClaim(json) {
            picture.note(.added(claim))
            count += 1
        }
        if let object = try? GenericObject(json) {
            picture.notePool(.added(object))
            picture.noteModel(.added(object))
            count += 2
        }
        return count
    }

    private static let names = [
        "containers", "initContainers", "resources", "requests", "limits", "nvidia.com/gpu", "cpu", "memory",
        "nodeName",
        "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms",
        "matchFields",
        "matchExpressions", "key", "operator", "values", "tolerations", "phase", "conditions", "type", "status",
        "message",
        "podSets", "count", "template", "spec", "devices", "allocation", "results", "nodeSelector", "deviceClassName",
        "allocatable", "taints", "labels", "annotations", "ownerReferences", "uid", "resourceClaims",
        "resourceClaimName",
        "name", "lastTransitionTime", "containerStatuses", "state", "generation", "source", "repository", "limits",
    ]
    private static let texts = [
        "", "9e999", "-1", "8", "In", "Gt", "True", "QuotaReserved", "Suspended", "topology", "metadata.name",
        "Running",
        "gpu.nvidia.com", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "\u{0}", "e\u{301}",
    ]

    private static func object(_ name: String, _ random: inout SeededGenerator) -> JSON {
        let namespace = Bool.random(using: &random) ? "gleaner" : "team"
        var metadata = JSONObject([
            ("name", .string(name)), ("uid", .string("u\(Int.random(in: 0..<3, using: &random))")),
            ("namespace", .string(namespace)),
        ])
        for key in ["labels", "annotations", "ownerReferences", "generation"] { metadata[key] = value(3, &random) }
        if Bool.random(using: &random) { metadata["labels"] = ["gleaner.dev/role": "worker"] }
        let spec = JSONObject([
            ("containers", value(5, &random)), ("podSets", value(6, &random)), ("devices", value(5, &random)),
            ("nodeName", value(0, &random)), ("affinity", value(6, &random)), ("limits", value(3, &random)),
        ])
        let status = JSONObject([
            ("conditions", value(4, &random)), ("allocatable", value(3, &random)), ("allocation", value(6, &random)),
            ("phase", value(0, &random)), ("containerStatuses", value(4, &random)),
        ])
        return .object(
            JSONObject([("metadata", .object(metadata)), ("spec", .object(spec)), ("status", .object(status))]))
    }

    private static func value(_ depth: Int, _ random: inout SeededGenerator) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 12 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .int([0, -1, .max, .min, 7].randomElement(using: &random) ?? 0)
        case 3: return .double([0.5, -1e300, 1e300].randomElement(using: &random) ?? 0)
        case 4: return .string(texts.randomElement(using: &random) ?? "")
        case 5..<8:
            return .array((0..<Int.random(in: 1..<4, using: &random)).map { _ in value(depth - 1, &random) })
        default:
            let keys = names.shuffled(using: &random).prefix(4)
            return .object(JSONObject(keys.map { ($0, value(depth - 1, &random)) }))
        }
    }
}

/// The recorded objects with parts that make no sense.
@Suite(.enabled(if: TestData.isAvailable), .timeLimit(.minutes(10))) struct SpoiledObjectTests {
    @Test func spoiledObjectsDoNoHarm() throws {
        var random = SeededGenerator(seed: 62)
        var picture = ClusterPicture(ConversionTerms(namespace: "default", workerPriority: -10))
        for json in try Recorded.objects("Pod") {
            guard let pod = try? Pod(Self.spoiled(Recorded.lent(json), &random)) else { continue }
            picture.note(Bool.random(using: &random) ? .added(pod) : .removed(pod), nowMs: 5)
        }
        for json in try Recorded.objects("Node") {
            guard let node = try? ClusterNode(Self.spoiled(json, &random)) else { continue }
            picture.note(Bool.random(using: &random) ? .added(node) : .removed(node))
        }
        _ = ReclaimDecision(picture.cluster, [], models: [], nowMs: 1000)
        for pod in picture.cluster.pods.values {
            let json = ObjectSample.json(pod.id.name, in: pod.id.namespace, uid: pod.uid)
            picture.note(.removed(try Pod(json)), nowMs: 9)
        }
        #expect(picture.cluster.pods.isEmpty)
        #expect(picture.cluster.entries.values.allSatisfy { $0.owned.devices.values.allSatisfy { $0 == 0 } })
    }

    private static func spoiled(_ json: JSON, _ random: inout SeededGenerator) -> JSON {
        if Int.random(in: 0..<60, using: &random) == 0 {
            return [.null, .int(.min), "many", [:], [[]]].randomElement(using: &random) ?? .null
        }
        switch json {
        case .array(let values): return .array(values.map { spoiled($0, &random) })
        case .object(let object): return .object(JSONObject(object.map { ($0.key, spoiled($0.value, &random)) }))
        default: return json
        }
    }
}
