import Controller
import Harvest
import JSON
import Kubernetes
import Testing

@Suite struct NodeConversionTests {
    @Test func aNodeIsRead() throws {
        let node = NodeState(
            try ObjectSample.node(
                "n", metadata: [("labels", ["gleaner.dev/harvest": "true"])],
                spec: ["taints": [["key": "t", "value": "v", "effect": "NoSchedule"]]]))
        #expect(node.name == "n" && node.isReady && !node.isCordoned)
        #expect(node.labels["gleaner.dev/harvest"] == "true")
        #expect(node.taints == [Harvest.Taint("t", "v", .noSchedule)])
        #expect(
            node.allocatable == Resources(devices: ["nvidia.com/gpu": 8], milliCPU: 64_000, memoryBytes: 1 << 40))
        #expect(node.health == HealthReport())
    }

    @Test func aNodeThatGoesTakesNothingMore() throws {
        #expect(NodeState(try ObjectSample.node("n", spec: ["unschedulable": true])).isCordoned)
        let going = try ObjectSample.node("n", metadata: [("deletionTimestamp", "2026-11-21T05:57:23Z")])
        #expect(NodeState(going).isCordoned)
    }

    @Test func aNodeThatSaysNothingIsNotReady() throws {
        for status in [
            .null, ["conditions": []], ["conditions": [["type": "Ready", "status": "Unknown"]]],
            ["conditions": [["type": "Ready", "status": true]]],
        ] as [JSON] {
            let node = NodeState(try ClusterNode(ObjectSample.json("n", in: "", status: status)))
            #expect(!node.isReady && node.allocatable == .none)
        }
    }

    @Test func anOwnersMonitoringIsHeard() throws {
        func health(_ annotations: [String: String]) throws -> HealthReport {
            let node = try ObjectSample.node("n", metadata: [("annotations", ObjectSample.texts(annotations))])
            return NodeState(node).health
        }
        let all = try health([
            HealthAnnotation.xid: "79", HealthAnnotation.uncorrectableErrors: "2",
            HealthAnnotation.maximumCelsius: "91",
            HealthAnnotation.foreignProcesses: "3",
        ])
        #expect(
            all == HealthReport(xid: 79, uncorrectableErrors: 2, maximumCelsius: 91, numForeignProcesses: 3))
        let none = try health([HealthAnnotation.xid: "0", HealthAnnotation.foreignProcesses: "some"])
        #expect(none == HealthReport() && none.veto == nil)
    }
}
