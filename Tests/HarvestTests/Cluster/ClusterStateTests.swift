import Harvest
import TestSupport
import Testing

@Suite struct ClusterStateTests {
    /// Sums that are kept current change by change are those of the pods that are there.
    @Test func sumsAreThoseOfThePods() {
        var random = SeededGenerator(seed: 11)
        var cluster = ClusterState()
        for step in 0..<4000 {
            let name = "p\(Int.random(in: 0..<40, using: &random))"
            let node = ["a", "b", "c", nil].randomElement(using: &random) ?? nil
            let count = Int.random(in: 0...8, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: cluster.removePod(ObjectID("team", name))
            case 1: cluster.removePod(ObjectID("gleaner", name))
            case 2: cluster.set(NodeState.lent(node ?? "d", gpus: count))
            case 3: cluster.removeNode(node ?? "d")
            case 4: cluster.set(DeviceClaim(id: ObjectID("team", name), resource: gpu, count: count, node: node))
            case 5: cluster.removeClaim(ObjectID("team", name))
            case 6: cluster.set(.worker(name, gpus: count, on: node))
            default:
                var pod = PodState.owner(name, gpus: count, on: node)
                if Bool.random(using: &random) { (pod.node, pod.nominatedNode) = (nil, node) }
                pod.phase = [.pending, .running, .succeeded].randomElement(using: &random) ?? .pending
                cluster.set(pod)
            }
            if step % 50 == 0 { check(cluster) }
        }
    }

    private func check(_ cluster: ClusterState) {
        for name in ["a", "b", "c"] {
            let here = cluster.pods.values.filter { $0.place == name && !$0.isTerminal }
            let claimed = cluster.claims.values.filter { $0.node == name }.reduce(0) { $0 + $1.count }
            let owned = here.filter { $0.worker == nil }.reduce(0) { $0 + $1.requests[gpu] }
            let lent = here.filter { $0.worker != nil }
            #expect((cluster.entries[name]?.owned[gpu] ?? 0) == owned + claimed)
            #expect((cluster.entries[name]?.lent[gpu] ?? 0) == lent.reduce(0) { $0 + $1.requests[gpu] })
            #expect((cluster.entries[name]?.workers ?? []) == Set(lent.map(\.id)))
        }
    }

    @Test func aPodsRequestsAreTheWorstMomentOfItsLife() {
        func gpus(_ count: Int, _ cpu: Int = 0) -> Resources { Resources(devices: [gpu: count], milliCPU: cpu) }
        let effective = PodRequests.effective(
            initial: [.init(gpus(1, 100), isSidecar: true), .init(gpus(4)), .init(gpus(0, 50), isSidecar: true)],
            containers: [gpus(1, 500), gpus(1)], overhead: Resources(milliCPU: 10))
        #expect(effective == Resources(devices: [gpu: 5], milliCPU: 660))
    }

    @Test func quantitiesAreKubernetes() {
        let units: [(String, Int?)] = [
            ("8", 8), ("1k", 1000), ("1Ki", 1024), ("1.5Gi", 1_610_612_736), ("2e3", 2000), ("100m", 1), ("0", 0),
            ("", nil), ("x", nil), ("1 ", nil), ("9e99", .max), ("9223372036854775807", .max), ("-1", -1), ("NaN", nil),
            ("0x10", nil), ("inf", nil),
        ]
        for (text, value) in units { #expect(Quantity.units(text) == value, "\(text)") }
        for (text, value) in [("500m", 500), ("2", 2000), ("0.1", 100), ("1u", 1), ("9223372036854775807", Int.max)] {
            #expect(Quantity.milli(text) == value, "\(text)")
        }
    }

    @Test func hostileNumbersDoNotTrap() {
        var cluster = ClusterState([.lent("a", gpus: .max)])
        for name in ["x", "y"] { cluster.set(.owner(name, gpus: .max, on: "a")) }
        cluster.set(.worker("w", gpus: .max, on: "a"))
        cluster.set(.owner("low", gpus: .min, on: "a"))
        cluster.set(.owner("job", gpus: .max))
        _ = cluster.deciding()
        for name in ["x", "y", "low"] { cluster.removePod(ObjectID("team", name)) }
        _ = cluster.deciding()
    }
}
