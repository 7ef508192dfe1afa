import JSON
import Kubernetes
import TestSupport
import Testing

/// Every recorded object is read, and so are the same objects with parts that make no sense.
@Suite(.enabled(if: TestData.isAvailable), .timeLimit(.minutes(10))) struct RecordedObjectTests {
    /// All objects with a kind that the recordings hold.
    private static func objects() throws -> [JSON] {
        var all: [JSON] = []
        for file in Recording.files(".jsonl") { all += try Recording.lines(file).compactMap { $0["object"] } }
        for exchange in try Recording.exchanges() where exchange.code < 300 {
            let kind = exchange.body["kind"]?.string ?? ""
            if kind.hasSuffix("List"), kind != "APIResourceList" {
                let items = exchange.body["items"]?.array ?? []
                all += items.map { item in
                    var object = item.object ?? JSONObject()
                    object["kind"] = .string(String(kind.dropLast(4)))
                    return .object(object)
                }
            } else if exchange.body["metadata"]?["uid"] != nil {
                all.append(exchange.body)
            }
        }
        return all
    }

    @Test func allAreRead() throws {
        var counts: [String: Int] = [:]
        for json in try Self.objects() where json["metadata"]?["uid"] != nil {
            let kind = json["kind"]?.string ?? ""
            counts[kind, default: 0] += 1
            switch kind {
            case "Pod": try check(Pod(json), json)
            case "Node": _ = try ClusterNode(json)
            case "Lease": _ = try Lease(json)
            case "Event":
                let event = try ClusterEvent(json)
                #expect(!event.reason.isEmpty && !event.regarding.name.isEmpty && event.time != nil)
            case "PriorityClass": _ = try PriorityClass(json)
            default: _ = try GenericObject(json)
            }
        }
        for kind in ["Pod", "Node", "Lease", "Event", "PriorityClass"] {
            #expect(counts[kind, default: 0] > 0, "\(kind)")
        }
    }

    private func check(_ pod: Pod, _ json: JSON) throws {
        #expect(pod.metadata.creation != nil)
        #expect(pod.metadata.resourceVersion == json["metadata"]?["resourceVersion"]?.string ?? "")
        #expect(pod.isDeleting == (json["metadata"]?["deletionTimestamp"] != nil))
        #expect(pod.status.phase != .unknown)
        #expect(pod.status.conditions.count == json["status"]?["conditions"]?.array?.count ?? 0)
        let times = (json["status"]?["conditions"]?.array ?? []).compactMap { $0["lastTransitionTime"]?.string }
        #expect(pod.status.conditions.compactMap(\.lastTransition?.seconds) == times)
        #expect(pod.spec.containers.allSatisfy { !$0.name.isEmpty })
        #expect(pod.spec.tolerations.count == json["spec"]?["tolerations"]?.array?.count ?? 0)
        #expect(!pod.requests.amounts.values.contains(.maximum))
    }

    @Test func aPreemptedWorkerSaysWhatHappens() throws {
        let pods = try Recording.lines("preemption/grace5-exits-300ms.pods.jsonl").compactMap { $0["object"] }.map {
            try Pod($0)
        }
        let worker = pods.filter { $0.metadata.name == "worker" }
        let ops = pods.filter { $0.metadata.name == "ops" }
        #expect(ops.first?.requests["nvidia.com/gpu"] == Quantity(8))
        #expect(ops.contains { $0.unscheduled?.reason == "Unschedulable" && $0.status.nominatedNodeName == "gpu-0" })
        #expect(worker.contains { $0.disruption?.reason == "PreemptionByScheduler" && !$0.isDeleting })
        #expect(worker.contains { $0.isDeleting && !$0.isTerminal && $0.metadata.deletionGraceSeconds == 5 })
        let last = try #require(worker.last)
        #expect(last.isTerminal && last.spec.priority == -10 && !last.spec.mayPreempt)
        let status = try #require(last.status.containers.first)
        #expect(status.state == .terminated(exitCode: 143, reason: "Error", at: Timestamp("2026-11-21T05:57:23Z")))
    }

    @Test func nodesLeasesAndClassesSayWhatTheyAre() throws {
        let nodes = try Recording.lines("nodes/nodes.jsonl").compactMap { $0["object"] }.map { try ClusterNode($0) }
        #expect(nodes.contains { $0.isUnschedulable && $0.repelling([])?.key == "node.kubernetes.io/unschedulable" })
        #expect(
            nodes.contains {
                $0.allocatable["nvidia.com/gpu"] == Quantity(7) && $0.capacity["nvidia.com/gpu"] == Quantity(8)
            })
        #expect(nodes.contains { $0.conditions["Ready"]?.status == .unknown && !$0.isReady })
        let lease = try Lease(try Recording.exchange("leases/renew-200.json").body)
        #expect(lease.holder == "a" && lease.durationSeconds == 15 && lease.transitions == 0)
        #expect(lease.renewed?.micro == "2026-11-21T06:19:56.031488Z")
        let classes = try Recording.exchange("objects/priorityclasses.json").body["items"]?.array ?? []
        let idle = try #require(try classes.map { try PriorityClass($0) }.first { $0.metadata.name == "gleaner-idle" })
        #expect(idle.value == -10 && !idle.mayPreempt && !idle.isGlobalDefault)
    }

    @Test func spoiledObjectsDoNoHarm() throws {
        var generator = SeededGenerator(seed: 6)
        for json in try Self.objects() {
            let spoiled = Sample.spoiled(json, using: &generator)
            _ = try? Pod(spoiled).requests
            _ = try? ClusterNode(spoiled)
            _ = try? Lease(spoiled)
            _ = try? ClusterEvent(spoiled)
            _ = try? PriorityClass(spoiled)
            _ = try? Workload(spoiled)
            _ = try? ResourceClaim(spoiled)
            _ = try? ResourceSlice(spoiled)
        }
    }

    @Test func anObjectWithoutIdentityIsRefused() {
        #expect(throws: ObjectError.missing("metadata.name")) { try GenericObject(["metadata": ["uid": "u"]]) }
        #expect(throws: ObjectError.missing("metadata.uid")) {
            try GenericObject(["metadata": ["name": "n", "uid": 5]])
        }
        #expect(throws: ObjectError.missing("metadata.name")) { try GenericObject(7) }
        #expect(throws: ObjectError.missing("value")) {
            try PriorityClass(["metadata": ["name": "n", "uid": "u"], "value": "x"])
        }
    }
}
