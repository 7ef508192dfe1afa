import Harvest
import JSON
import Testing

@Suite struct StatusDocumentTests {
    private func settledLab() -> Lab {
        var lab = Lab([GPUPool(name: "p")], [.plain()])
        lab.cluster.set(NodeState.lent("a", gpus: 4))
        lab.cluster.set(NodeState.lent("b", gpus: 4, taints: [Taint("x", "", .noSchedule)]))
        for _ in 0..<4 { _ = lab.round() }
        return lab
    }

    @Test func aPoolsStatusSaysWhatIsWhose() throws {
        var lab = settledLab()
        var log = ReclaimLog()
        let worker = PodState.worker("w", gpus: 1, on: "a")
        log.begin(ReclaimRecord(worker, try #require(worker.worker), moment: SignalMoment(.cordon, atMs: 0)))
        log.observe(ClusterState(), nowMs: 1_234)
        let report = try #require(lab.round().pools.first)
        let status = StatusDocument.pool(report, log, generation: 3, before: nil, now: "2026-11-21T00:00:00Z")
        #expect(status["gpus"] == ["total": 8, "ownerFree": 4, "idle": 0, "lent": 4])
        let reclaims = try #require(status["reclaims"])
        #expect(reclaims["count"] == 1 && reclaims["p50"] == "1.2s" && reclaims["max"] == "1.2s")
        #expect(reclaims["recent"]?.array?.map { $0["steps"]?["podEnded"] } == [1234])
        #expect(status["obstacles"]?.array?.first?["nodes"] == 1)
        #expect(status["conditions"]?.array?.first?["lastTransitionTime"] == "2026-11-21T00:00:00Z")
        #expect(status["observedGeneration"] == 3)
        // Nothing has changed: nothing is written.
        let again = StatusDocument.pool(
            try #require(lab.round().pools.first), log, generation: 3, before: status, now: "2026-11-22T00:00:00Z")
        #expect(again == status)
    }

    @Test func aConditionThatTurnsHasANewTime() throws {
        var lab = settledLab()
        let report = try #require(lab.round().pools.first)
        let status = StatusDocument.pool(report, ReclaimLog(), generation: 1, before: nil, now: "then")
        lab.standings[0].suspension = "too slow"
        let after = StatusDocument.pool(
            try #require(lab.round().pools.first), ReclaimLog(), generation: 1, before: status, now: "now")
        #expect(after["conditions"]?.array?.map { $0["lastTransitionTime"] } == ["now", "now"])
        #expect(after["conditions"]?.array?.map { $0["status"] } == ["False", "True"])
    }

    /// The columns that `kubectl get` prints are there.
    @Test func everyPrintedColumnIsWritten() throws {
        var lab = settledLab()
        let plan = lab.round()
        var log = ReclaimLog()
        let worker = PodState.worker("w", gpus: 1, on: "a")
        log.begin(ReclaimRecord(worker, try #require(worker.worker), moment: SignalMoment(.cordon, atMs: 0)))
        log.observe(ClusterState(), nowMs: 1000)
        let pool = StatusDocument.pool(try #require(plan.pools.first), log, generation: 1, before: nil, now: "n")
        let model = StatusDocument.model(try #require(plan.models.first), generation: 1, before: nil, now: "n")
        for (resource, status) in [(CustomResource.gpuPools, pool), (CustomResource.servedModels, model)] {
            let columns =
                resource.definition["spec"]?["versions"]?.array?.first?["additionalPrinterColumns"]?.array ?? []
            for path in columns.compactMap({ $0["jsonPath"]?.string }) where path.hasPrefix(".status.") {
                let keys = path.split(separator: ".").dropFirst().prefix { !$0.contains("[") }.map(String.init)
                #expect(keys.reduce(JSON?.some(status)) { $0?[$1] } != nil || path.contains("["), "\(path)")
            }
        }
        #expect(plan.models.first?.conditions.first?.reason == "Serving")
    }

    @Test func aModelSaysWhyItDoesNotServe() {
        var free = ModelMarket.plain("free")
        free.pricePerToken = nil
        var lab = Lab([GPUPool(name: "p")], [free, .plain("idle", demand: 0), .plain("wide", gpus: 9)])
        lab.cluster.set(NodeState.lent("a", gpus: 4))
        for _ in 0..<3 { _ = lab.round() }
        #expect(lab.round().models.map { $0.conditions.first?.reason } == ["NoPrice", "NoDemand", "NoRoom"])
        #expect(ModelReport(name: "bad", problems: .some).conditions.first?.reason == "Refused")
    }
}
