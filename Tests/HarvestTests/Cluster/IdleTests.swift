import Harvest
import Testing

@Suite struct IdleTests {
    let key = IdleTracker.Key(node: "a", resource: gpu)

    @Test func anAcceleratorMustHaveBeenFreeForLongEnough() {
        var tracker = IdleTracker()
        #expect(tracker.observe(key, free: 2, nowMs: 0).isEmpty)
        #expect(tracker.observe(key, free: 5, nowMs: 100).isEmpty)
        #expect(tracker.numIdle(key, forMs: 200, nowMs: 199) == 0)
        #expect(tracker.numIdle(key, forMs: 200, nowMs: 200) == 2)
        #expect(tracker.numIdle(key, forMs: 200, nowMs: 300) == 5)
        // What is taken and comes back begins anew.
        #expect(tracker.observe(key, free: 1, nowMs: 300) == [0, 100, 100, 100])
        #expect(tracker.observe(key, free: 5, nowMs: 310).isEmpty)
        #expect(tracker.numIdle(key, forMs: 200, nowMs: 320) == 1)
        #expect(tracker.sinceMs(key, level: 1) == 0 && tracker.sinceMs(key, level: 2) == 310)
        #expect(tracker.forget(key) == [0, 310, 310, 310, 310])
        #expect(tracker.numIdle(key, forMs: 0, nowMs: 999) == 0)
    }

    @Test func aClockThatIsSetBackStartsOver() {
        var tracker = IdleTracker()
        _ = tracker.observe(key, free: 2, nowMs: 1_000_000)
        _ = tracker.observe(key, free: 2, nowMs: 1000)
        #expect(tracker.numIdle(key, forMs: 500, nowMs: 1499) == 0)
        #expect(tracker.numIdle(key, forMs: 500, nowMs: 1500) == 2)
    }

    @Test func idleIsWhatNobodyAskedFor() throws {
        var nominated = PodState.owner("next", gpus: 1)
        nominated.nominatedNode = "a"
        var over = PodState.owner("over", gpus: 4, on: "a")
        over.phase = .succeeded
        var cluster = ClusterState(
            [.lent("a", gpus: 8)],
            [.owner("job", gpus: 2, on: "a"), nominated, over, .worker("w", gpus: 1, on: "a")])
        cluster.set(DeviceClaim(id: ObjectID("team", "c"), resource: gpu, count: 1, node: "a"))
        let survey = try #require(PoolSurvey.all(cluster, [PoolStanding(GPUPool(name: "p"))]).first)
        #expect(survey.nodes.first?.numOwnerFree == 4 && survey.numLent == 1 && survey.numAllocatable == 8)
    }

    @Test func everyObstacleIsNamed() {
        let obstacles: [(inout NodeState) -> Void] = [
            { $0.isReady = false }, { $0.isCordoned = true }, { $0.taints = [Taint("x", "", .noSchedule)] },
            { $0.taints = [Taint("DeletionCandidateOfClusterAutoscaler", "", .preferNoSchedule)] },
            { $0.allocatable = .none }, { $0.health.xid = 79 }, { $0.health.numForeignProcesses = 1 },
            { $0.health.maximumCelsius = 99 }, { $0.health.uncorrectableErrors = 2 },
        ]
        var texts: Set<String> = []
        for obstacle in obstacles {
            var cluster = ClusterState([.lent("a", gpus: 8)])
            cluster.change("a", obstacle)
            let survey = PoolSurvey.all(cluster, [PoolStanding(GPUPool(name: "p"))])[0]
            #expect(survey.room == 0)
            texts.insert(survey.nodes[0].obstacle.map { "\($0)" } ?? "")
        }
        #expect(texts.count == obstacles.count && !texts.contains(""))
    }

    @Test func aNodeBelongsToTheFirstPool() {
        var second = GPUPool(name: "q")
        second.limits.count = 1
        let surveys = PoolSurvey.all(
            ClusterState([.lent("a", gpus: 8)]), [PoolStanding(second), PoolStanding(GPUPool(name: "p"))])
        #expect(surveys.map(\.pool.name) == ["p", "q"])
        #expect(surveys.map(\.nodes.count) == [1, 0])
    }
}
