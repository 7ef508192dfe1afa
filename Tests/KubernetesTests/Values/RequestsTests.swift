import JSON
import Kubernetes
import TestSupport
import Testing

@Suite struct RequestsTests {
    private func container(_ gpus: Int, sidecar: Bool = false) -> JSON {
        var json = JSONObject([("name", "c"), ("resources", ["requests": ["g": .string(String(gpus))]])])
        if sidecar { json["restartPolicy"] = "Always" }
        return .object(json)
    }

    /// Against a play of the pod's life: what runs at one time, at its largest.
    @Test func areWhatThePodNeedsAtItsLargest() throws {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<500 {
            let inits = (0..<Int.random(in: 0..<5, using: &generator)).map { _ in
                (Int.random(in: 0..<9, using: &generator), Bool.random(using: &generator))
            }
            let mains = (0..<Int.random(in: 1..<4, using: &generator)).map { _ in
                Int.random(in: 0..<4, using: &generator)
            }
            let overhead = Int.random(in: 0..<3, using: &generator)
            var (largest, running) = (0, 0)
            for (gpus, isSidecar) in inits {
                largest = max(largest, running + gpus)
                if isSidecar { running += gpus }
            }
            largest = max(largest, running + mains.reduce(0, +)) + overhead
            let pod = try Sample.pod(spec: [
                "initContainers": .array(inits.map { container($0.0, sidecar: $0.1) }),
                "containers": .array(mains.map { container($0) }), "overhead": ["g": .int(overhead)],
            ])
            #expect(pod.requests["g"] == Quantity(largest))
        }
    }

    @Test func limitsCountWhereNoRequestIs() throws {
        let pod = try Sample.pod(spec: [
            "containers": [["resources": ["limits": ["nvidia.com/gpu": "4", "cpu": "2"], "requests": ["cpu": "1"]]]]
        ])
        #expect(pod.requests["nvidia.com/gpu"] == Quantity(4))
        #expect(pod.requests["cpu"] == Quantity(1))
        #expect(pod.requests["memory"] == .zero)
    }

    @Test func thePodsOwnResourcesTakeTheirPlace() throws {
        let pod = try Sample.pod(spec: [
            "resources": ["requests": ["cpu": "3"]],
            "containers": [["resources": ["requests": ["cpu": "1", "nvidia.com/gpu": "1"]]]],
        ])
        #expect(pod.requests["cpu"] == Quantity(3))
        #expect(pod.requests["nvidia.com/gpu"] == Quantity(1))
    }

    /// Whatever we cannot read, we must not take for free.
    @Test func unreadableAmountsAreOnTheSafeSide() throws {
        let pod = try Sample.pod(spec: ["containers": [["resources": ["requests": ["nvidia.com/gpu": "many"]]]]])
        #expect(pod.requests["nvidia.com/gpu"] == .maximum)
        let node = try Sample.node("n", status: ["allocatable": ["nvidia.com/gpu": "many", "cpu": "4"]])
        #expect(node.allocatable["nvidia.com/gpu"] == .zero)
        #expect(node.allocatable["cpu"] == Quantity(4))
    }
}
