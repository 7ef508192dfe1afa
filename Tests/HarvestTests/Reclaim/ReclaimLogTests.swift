import Harvest
import Testing

@Suite struct ReclaimLogTests {
    @Test func aReclaimIsFollowedToTheOwnersContainer() throws {
        var worker = PodState.worker("w", gpus: 2, on: "a")
        var owner = PodState.owner("job", gpus: 2, createdMs: 1000)
        var log = ReclaimLog()
        let moment = SignalMoment(.request("team/job"), atMs: 1000)
        var first = ReclaimRecord(worker, try #require(worker.worker), moment: moment)
        first.owners = [owner.id]
        log.begin(first)
        log.begin(ReclaimRecord(worker, try #require(worker.worker), moment: SignalMoment(.deleted, atMs: 5000)))
        worker.deletionAskedMs = 1030
        var cluster = ClusterState([.lent("a", gpus: 2)], [worker, owner])
        log.observe(cluster, nowMs: 1040)
        worker.phase = .failed
        cluster.set(worker)
        log.observe(cluster, nowMs: 1400)
        owner.node = "a"
        cluster.set(owner)
        log.observe(cluster, nowMs: 1410)
        #expect(log.finished.isEmpty)
        owner.runningMs = 1500
        cluster.set(owner)
        log.observe(cluster, nowMs: 1600)
        let record = try #require(log.finished.first)
        #expect(record.moment == moment && record.deletionAskedMs == 1030)
        #expect(record.reclaimMs == 400 && record.ownerBoundMs == 1410 && record.ownerWaitMs == 500)
        #expect(log.numEver == 1 && log.current.isEmpty)
        #expect(log.breach(withinMs: 400, nowMs: 9999) == nil)
        #expect(log.breach(withinMs: 399, nowMs: 9999)?.contains("came back after 0.4s") == true)
    }

    @Test func aWorkerThatStaysTooLongBreaksThePromise() throws {
        let worker = PodState.worker("w", gpus: 2, on: "a")
        var log = ReclaimLog()
        log.begin(
            ReclaimRecord(worker, try #require(worker.worker), moment: SignalMoment(.cordon, atMs: 0)))
        let cluster = ClusterState([.lent("a", gpus: 2)], [worker])
        log.observe(cluster, nowMs: 10_000)
        #expect(log.breach(withinMs: 10_000, nowMs: 10_000) == nil)
        #expect(log.breach(withinMs: 10_000, nowMs: 10_001)?.contains("is still not back") == true)
        // Another pod of the same name is another worker.
        log.observe(ClusterState(), nowMs: 12_000)
        #expect(log.finished.first?.reclaimMs == 12_000)
    }

    @Test func percentilesAreTimesThatWereMeasured() {
        let summary = TimeSummary((1...200).map { Int64($0) })
        #expect(summary.p50Ms == 100 && summary.p99Ms == 198 && summary.maximumMs == 200 && summary.count == 200)
        #expect(TimeSummary([7]).p50Ms == 7 && TimeSummary([7]).p99Ms == 7)
        #expect(TimeSummary([]).p50Ms == nil)
    }
}
