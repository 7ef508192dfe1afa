import Harvest
import JSON
import Testing

/// Amounts at the ends of the range come from pods that anybody may write.
@Suite struct HostileQuantityTests {
    private static let ends = [Int.max, Int.max - 1, 1 << 62, 0, -1, Int.min + 1, Int.min]

    /// Whatever a pod asks for and wherever it stands, everybody else's decisions are made, and no worker goes for what
    /// no node could hold.
    @Test(arguments: ends, ends) func nobodyStopsTheOthers(_ gpus: Int, _ other: Int) {
        var waiting = PodState.owner("waiting", gpus: gpus, createdMs: .max)
        waiting.isPreempting = true
        waiting.requests.memoryBytes = other
        var nominated = PodState.owner("nominated", gpus: other)
        nominated.nominatedNode = "b"
        let bound = PodState.owner("bound", gpus: other, on: "c")
        let small = PodState.owner("small", gpus: 1)
        var cluster = ClusterState(
            ["a", "b", "c", "d"].map { .lent($0, gpus: 2) },
            [waiting, nominated, bound, .worker("w", gpus: 2, on: "a"), .worker("v", gpus: 2, on: "b")])
        let before = cluster.deciding()
        if gpus > 4, other >= 0 { #expect(!before.names.contains("w") || other > 0) }
        // On the fourth node there is room.
        cluster.set(small)
        #expect(Set(cluster.deciding().names) == Set(before.names))
        for pod in [waiting, nominated, small] { cluster.removePod(pod.id) }
        _ = cluster.deciding()
    }

    @Test(arguments: ends) func aRequestThatIsTooLargeIsHopeless(_ gpus: Int) {
        let pods = [PodState.owner("big", gpus: gpus), .worker("w", gpus: 2, on: "a")]
        let decision = ClusterState([.lent("a", gpus: 2)], pods).deciding()
        #expect(decision.names.isEmpty)
        #expect((decision.unhelped["team/big"] != nil) == (gpus > 0))
    }

    /// Names become values of labels, which the API server would refuse.
    @Test func longNamesAreRefusedWithAdvice() {
        let (fits, tooLong) = (String(repeating: "a", count: 63), String(repeating: "a", count: 64))
        let model: JSON = [
            "source": ["volume": ["claim": "c", "path": "m"]], "expected": ["tokensPerSecond": 1, "loadTime": "1s"],
        ]
        #expect(throws: Never.self) { _ = try GPUPool(name: fits, spec: [:]) }
        #expect(throws: Never.self) { _ = try ServedModel(name: fits, spec: model) }
        let words = "metadata.name has 64 characters; make the object anew under a name of at most 63."
        let pool = #expect(throws: SpecProblems.self) { _ = try GPUPool(name: tooLong, spec: [:]) }
        let served = #expect(throws: SpecProblems.self) { _ = try ServedModel(name: tooLong, spec: model) }
        #expect(pool?.description == words && served?.description == words)
    }
}
