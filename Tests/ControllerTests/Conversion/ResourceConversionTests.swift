import Controller
import Harvest
import JSON
import Kubernetes
import TestSupport
import Testing

@Suite struct ResourceConversionTests {
    /// Both rooms read the same amounts from the same texts.
    @Test func amountsAreThoseOfBothRooms() throws {
        var random = SeededGenerator(seed: 52)
        let suffixes = ["", "m", "k", "Ki", "M", "Mi", "G", "Gi", "e1"]
        for _ in 0..<2000 {
            let text = "\(Int.random(in: 1..<1000, using: &random))" + (suffixes.randomElement(using: &random) ?? "")
            let pod = try asking(["cpu": .string(text), "memory": .string(text), "example.com/x": .string(text)])
            let resources = Resources(pod.requests)
            #expect(resources.milliCPU == Harvest.Quantity.milli(text), "\(text)")
            #expect(resources.memoryBytes == Harvest.Quantity.units(text), "\(text)")
            #expect(resources["example.com/x"] == Harvest.Quantity.units(text), "\(text)")
        }
    }

    private func asking(_ requests: JSON) throws -> Pod {
        try Pod(ObjectSample.json("p", spec: ["containers": [["resources": ["requests": requests]]]]))
    }

    /// What a pod needs at its largest is the same sum in both rooms.
    @Test func aPodsSumIsThatOfBothRooms() throws {
        var random = SeededGenerator(seed: 53)
        func amount() -> (Resources, JSON) {
            let (gpus, cpu) = (Int.random(in: 0..<4, using: &random), Int.random(in: 0..<3000, using: &random))
            let resources = Resources(devices: gpus > 0 ? ["nvidia.com/gpu": gpus] : [:], milliCPU: cpu)
            return (resources, ["nvidia.com/gpu": .string("\(gpus)"), "cpu": .string("\(cpu)m")])
        }
        for _ in 0..<500 {
            var (initial, containers) = ([PodRequests.Container](), [Resources]())
            var (initialJSON, containersJSON) = ([JSON](), [JSON]())
            for _ in 0..<Int.random(in: 0..<4, using: &random) {
                let (resources, json) = amount()
                let isSidecar = Bool.random(using: &random)
                initial.append(.init(resources, isSidecar: isSidecar))
                initialJSON.append([
                    "restartPolicy": isSidecar ? "Always" : .null, "resources": ["requests": json],
                ])
            }
            for _ in 0..<Int.random(in: 1..<4, using: &random) {
                let (resources, json) = amount()
                containers.append(resources)
                containersJSON.append(["resources": ["requests": json]])
            }
            let pod = try Pod(
                ObjectSample.json(
                    "p",
                    spec: [
                        "initContainers": .array(initialJSON), "containers": .array(containersJSON),
                        "overhead": ["cpu": "250m"],
                    ]))
            let sum = PodRequests.effective(
                initial: initial, containers: containers, overhead: Resources(milliCPU: 250))
            #expect(
                Resources(pod.requests)
                    == Resources(devices: sum.devices.filter { $0.value > 0 }, milliCPU: sum.milliCPU))
        }
    }

    /// An amount of disk or of pods is no device: a pod that asks for nothing else asks for no accelerator.
    @Test func onlyExtendedResourcesAreDevices() throws {
        let pod = try asking([
            "ephemeral-storage": "1Gi", "hugepages-2Mi": "4Mi", "pods": "1", "nvidia.com/gpu": "0", "amd.com/gpu": "2",
        ])
        #expect(Resources(pod.requests) == Resources(devices: ["amd.com/gpu": 2]))
        #expect(NodeState(try ObjectSample.node("n", gpus: 0)).allocatable.devices.isEmpty)
    }

    /// Sums of absurd amounts can be taken back exactly.
    @Test func absurdAmountsAreGivenBack() throws {
        var cluster = ClusterState()
        let terms = ConversionTerms(namespace: "gleaner", workerPriority: -10)
        cluster.set(NodeState(try ObjectSample.node("n")))
        for (place, text) in ["9e99", "many", "-5", "8"].enumerated() {
            let pod = try Pod(
                ObjectSample.json(
                    "p\(place)",
                    spec: [
                        "nodeName": "n",
                        "containers": [
                            ["resources": ["requests": ["nvidia.com/gpu": .string(text), "memory": "9e99"]]]
                        ],
                    ]))
            cluster.set(PodState(pod, terms, before: nil, nowMs: 0))
        }
        #expect((cluster.entries["n"]?.owned["nvidia.com/gpu"] ?? 0) > 1 << 50)
        for place in 0..<3 { cluster.removePod(ObjectID("team", "p\(place)")) }
        #expect(cluster.entries["n"]?.owned["nvidia.com/gpu"] == 8)
    }
}
