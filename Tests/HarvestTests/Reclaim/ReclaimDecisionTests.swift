import Harvest
import JSON
import Ledger
import Testing

@Suite struct ReclaimDecisionTests {
    @Test func aPendingPodTakesTheLeastThatItNeeds() {
        let workers = (0..<8).map { PodState.worker("w\($0)", gpus: 1, on: "a") }
        let cluster = ClusterState([.lent("a", gpus: 8)], workers + [.owner("job", gpus: 3)])
        let losses = [ObjectID("gleaner", "w0"): Int64(100), ObjectID("gleaner", "w3"): 90]
        let decision = cluster.deciding(losses: losses)
        #expect(decision.names == ["w1", "w2", "w4"])
        #expect(decision.reclaims.allSatisfy { $0.explanation.contains("team/job waits for accelerators") })
        #expect(decision.promised["a"]?[gpu] == 3)
    }

    @Test func theNodeWhereLeastIsLostIsCleared() {
        let cluster = ClusterState(
            [.lent("a", gpus: 8), .lent("b", gpus: 8)],
            [.worker("w0", gpus: 8, on: "a"), .worker("w1", gpus: 8, on: "b"), .owner("job", gpus: 8)])
        #expect(cluster.deciding(losses: [ObjectID("gleaner", "w0"): 5]).names == ["w1"])
        #expect(cluster.deciding(losses: [ObjectID("gleaner", "w1"): 5]).names == ["w0"])
    }

    @Test func whatIsFreeIsNotMadeFreeAgain() {
        var cluster = ClusterState(
            [.lent("a", gpus: 8), .lent("b", gpus: 8)], [.worker("w", gpus: 8, on: "a"), .owner("job", gpus: 8)])
        #expect(cluster.deciding().reclaims.isEmpty)
        cluster.set(.owner("other", gpus: 8))
        #expect(cluster.deciding().names == ["w"])
        // What is leaving already counts as free soon.
        var leaving = PodState.worker("w", gpus: 8, on: "a")
        leaving.deletionAskedMs = 900
        cluster.set(leaving)
        #expect(cluster.deciding().reclaims.isEmpty)
        #expect(cluster.deciding().leaving == [leaving.id: SignalMoment(.deleted, atMs: 900)])
    }

    @Test func leftoversOfALargeVictimServeTheNextRequest() {
        let cluster = ClusterState(
            [.lent("a", gpus: 8), .lent("b", gpus: 8)],
            [.worker("w0", gpus: 8, on: "a"), .worker("w1", gpus: 8, on: "b")]
                + (0..<8).map { PodState.owner("job\($0)", gpus: 1) })
        #expect(cluster.deciding().reclaims.count == 1)
    }

    /// The cases of a real control plane in which nothing may be given back.
    @Test func whatCannotBeHelpedTakesNothing() {
        let full = [PodState.worker("w", gpus: 8, on: "a")]
        var gated = PodState.owner("gated", gpus: 1)
        gated.isGated = true
        var elsewhere = PodState.owner("elsewhere", gpus: 1)
        elsewhere.rule.labels = ["zone": "x"]
        var cpu = PodState.owner("cpu", gpus: 0)
        cpu.requests = Resources(milliCPU: 1000)
        var hungry = PodState.owner("hungry", gpus: 1)
        hungry.requests.milliCPU = 65_000
        for pod in [gated, elsewhere, cpu, hungry, .owner("sixteen", gpus: 16), .owner("bound", gpus: 1, on: "b")] {
            #expect(ClusterState([.lent("a", gpus: 8)], full + [pod]).deciding().reclaims.isEmpty, "\(pod.id)")
        }
        let tainted = ClusterState(
            [.lent("a", gpus: 8, taints: [Taint("dedicated", "x", .noSchedule)])], [.owner("job", gpus: 1)] + full)
        var pool = GPUPool(name: "p")
        pool.tolerations = [Toleration(key: "dedicated")]
        #expect(tainted.deciding(pool).reclaims.isEmpty)
        #expect(tainted.deciding(pool).unhelped["team/job"] != nil)
    }

    @Test func aGangTakesAllOrNothing() {
        var pods = (0..<3).map { PodState.owner("rank\($0)", gpus: 8) }
        for place in pods.indices { pods[place].gang = "train" }
        let workers = (0..<3).map { PodState.worker("w\($0)", gpus: 8, on: "n\($0)") }
        let nodes = (0..<3).map { NodeState.lent("n\($0)", gpus: 8) }
        #expect(ClusterState(nodes, pods + workers).deciding().names == ["w0", "w1", "w2"])
        let two = ClusterState(Array(nodes.dropLast()), pods + workers.dropLast())
        #expect(two.deciding().reclaims.isEmpty)
        #expect(two.deciding().promised.isEmpty)
    }

    @Test func queuesAndClaimsAskToo() {
        let nodes = [NodeState.lent("a", gpus: 4)]
        let workers = (0..<4).map { PodState.worker("w\($0)", gpus: 1, on: "a") }
        var cluster = ClusterState(nodes, workers)
        let member = PendingRequest.Member(requests: Resources(devices: [gpu: 1]))
        cluster.workloads["q/job"] = PendingRequest(
            name: "q/job", source: .workload, members: [member, member], sinceMs: 5)
        #expect(cluster.deciding().reclaims.count == 2)

        var claiming = ClusterState(nodes, workers)
        let claim = ObjectID("team", "claim")
        claiming.set(DeviceClaim(id: claim, resource: gpu, count: 3))
        var pod = PodState.owner("dra", gpus: 0)
        pod.claims = [claim]
        claiming.set(pod)
        #expect(claiming.deciding().reclaims.count == 3)
    }

    /// The nominated pod's request is counted on its node already.
    @Test func aNominationIsNotCountedTwice() {
        var pod = PodState.owner("job", gpus: 3)
        pod.nominatedNode = "a"
        let workers = (0..<8).map { PodState.worker("w\($0)", gpus: 1, on: "a") }
        var cluster = ClusterState([.lent("a", gpus: 8)], workers + [pod])
        #expect(cluster.deciding().reclaims.count == 3)
        for name in ["w0", "w1", "w2"] {
            var leaving = PodState.worker(name, gpus: 1, on: "a")
            leaving.deletionAskedMs = 1
            cluster.set(leaving)
        }
        #expect(cluster.deciding().reclaims.isEmpty)
    }

    static let kills: [(String, @Sendable (inout ClusterState, inout PoolStanding?) -> Void)] = [
        ("Cordon", { cluster, _ in cluster.change("a") { $0.isCordoned = true } }),
        ("NodeNotLent", { cluster, _ in cluster.change("a") { $0.labels = [:] } }),
        ("Taint", { cluster, _ in cluster.change("a") { $0.taints = [Taint("x", "", .noExecute)] } }),
        (
            "Autoscaler",
            { cluster, _ in
                cluster.change("a") { $0.taints = [Taint("ToBeDeletedByClusterAutoscaler", "1", .noSchedule)] }
            }
        ),
        ("PoolRemoved", { _, standing in standing = nil }),
        ("PoolSuspended", { _, standing in standing?.suspension = "too slow" }),
        ("PoolRefused", { _, standing in standing = PoolStanding(name: "p", problems: .some) }),
        ("ObserveOnly", { _, standing in standing = .with { $0.mode = .observe } }),
        ("ModelRemoved", { _, standing in standing = .with { $0.models = ["other"] } }),
        ("WindowEnd", { _, standing in standing = .with { $0.schedule.windows = [.never] } }),
        ("Limit", { _, standing in standing = .with { $0.limits.count = 0 } }),
    ]

    @Test(arguments: kills.indices) func everySwitchTakesAllBack(_ place: Int) {
        let (code, kill) = Self.kills[place]
        var cluster = ClusterState([.lent("a", gpus: 2)], [.worker("w", gpus: 2, on: "a")])
        var standing: PoolStanding? = PoolStanding(GPUPool(name: "p"))
        kill(&cluster, &standing)
        let decision = ReclaimDecision(cluster, [standing].compactMap(\.self), models: ["m"], nowMs: 7_200_000)
        #expect(decision.codes == [code])
        #expect(decision.reclaims.first?.explanation.isEmpty == false)
    }

    @Test func limitsTakeTheDifferenceOnly() {
        let workers = (0..<8).map { PodState.worker("w\($0)", gpus: 1, on: $0 < 6 ? "a" : "b") }
        let cluster = ClusterState([.lent("a", gpus: 6), .lent("b", gpus: 4)], workers)
        var pool = GPUPool(name: "p")
        pool.limits.perNode = 4
        #expect(cluster.deciding(pool).reclaims.count == 2)
        pool.limits.count = 5
        #expect(cluster.deciding(pool).reclaims.count == 3)
        pool.limits = PoolLimits()
        pool.limits.share = Share("30%") ?? .all
        #expect(cluster.deciding(pool).reclaims.count == 5)
        pool.limits = PoolLimits()
        pool.limits.reserve = 4
        #expect(cluster.deciding(pool).reclaims.count == 2)
    }

    /// Health vetoes what is new; it and a node that is away for a moment take nothing from others.
    @Test func aNodeThatIsUnwellClearsNoOther() {
        let workers = (0..<4).map { PodState.worker("w\($0)", gpus: 4, on: $0 < 2 ? "a" : "b") }
        for change in [{ $0.health.xid = 79 }, { $0.isReady = false }] as [(inout NodeState) -> Void] {
            var cluster = ClusterState([.lent("a", gpus: 8), .lent("b", gpus: 8)], workers)
            cluster.change("b", change)
            #expect(cluster.deciding().reclaims.isEmpty)
        }
    }

    /// A nomination takes from its own node, whatever a cheaper worker elsewhere would cost.
    @Test func aNominationTakesNothingElsewhere() {
        var pod = PodState.owner("job", gpus: 3)
        pod.nominatedNode = "b"
        let workers = (0..<16).map { PodState.worker("w\($0)", gpus: 1, on: $0 < 8 ? "a" : "b") }
        let cluster = ClusterState([.lent("a", gpus: 8), .lent("b", gpus: 8)], workers + [pod])
        let decision = cluster.deciding()
        #expect(decision.reclaims.count == 3)
        #expect(decision.reclaims.allSatisfy { cluster.pod($0.worker)?.node == "b" })
    }

    /// A scheduler that preempts has its turn first: two nodes would be cleared for one pod.
    @Test func aSchedulerThatPreemptsIsHelpedWhenItIsLate() {
        var pod = PodState.owner("job", gpus: 8, createdMs: 1000)
        pod.isPreempting = true
        var cluster = ClusterState(
            [.lent("a", gpus: 8), .lent("b", gpus: 8)],
            [.worker("w0", gpus: 8, on: "a"), .worker("w1", gpus: 8, on: "b"), pod])
        #expect(cluster.deciding(nowMs: 1010).reclaims.isEmpty)
        #expect(cluster.deciding(nowMs: 1010).nextLookMs == 1200)
        #expect(cluster.deciding(nowMs: 1010).promised.count == 1)
        #expect(cluster.deciding(nowMs: 1200).reclaims.count == 1)
        #expect(cluster.deciding(nowMs: 1200).nextLookMs == nil)
        pod.nominatedNode = "b"
        cluster.set(pod)
        #expect(cluster.deciding(nowMs: 1200).names == ["w1"])
        // Nobody preempts for claims or for a policy of Never.
        (pod.isPreempting, pod.nominatedNode) = (false, nil)
        cluster.set(pod)
        #expect(cluster.deciding(nowMs: 1000).reclaims.count == 1)
    }

    @Test func theEarliestSignalIsTheReason() {
        var worker = PodState.worker("w", gpus: 1, on: "a")
        worker.deletionAskedMs = 500
        worker.disruption = Disruption(.preemption, atMs: 480)
        var cluster = ClusterState([.lent("a", gpus: 1)], [worker])
        cluster.change("a") { $0.isCordoned = true }
        #expect(cluster.deciding().leaving[worker.id] == SignalMoment(.preemption, atMs: 480))
        // The mark alone, before the deletion: we do not wait for it.
        worker.deletionAskedMs = nil
        cluster.set(worker)
        #expect(cluster.deciding().codes == ["Preemption"])
    }

    @Test func streamsCachesAndEarningsAreLosses() {
        let prices = LossPrices()
        let idle = prices.loss(WorkerActivity())
        #expect(idle == 1)
        let cached = prices.loss(WorkerActivity(numCachedTokens: 1000))
        let streaming = prices.loss(WorkerActivity(numStreams: 1, numLiveTokens: 1000))
        #expect(idle < cached && cached < streaming)
        #expect(prices.loss(WorkerActivity(earningsPerHour: PicoUSD(pico: 6))) == 2)
        #expect(prices.loss(WorkerActivity(numStreams: .max, numLiveTokens: .max, numCachedTokens: .max)) == 1 << 50)
        #expect(prices.loss(WorkerActivity(numStreams: -5, earningsPerHour: PicoUSD(pico: -5))) == 1)
    }
}

extension ClusterState {
    mutating func change(_ name: String, _ change: (inout NodeState) -> Void) {
        guard var node = node(name) else { return }
        change(&node)
        set(node)
    }
}

extension PoolStanding {
    static func with(_ change: (inout GPUPool) -> Void) -> PoolStanding {
        var pool = GPUPool(name: "p")
        change(&pool)
        return PoolStanding(pool)
    }
}

extension TimeWindow {
    /// One minute, long before the tests' clock.
    static var never: TimeWindow { TimeWindow(days: [.thursday], fromMinute: 0, toMinute: 1) }
}

extension SpecProblems {
    static var some: SpecProblems {
        do throws(SpecProblems) {
            _ = try GPUPool(name: "p", spec: ["grace": 1])
        } catch {
            return error
        }
        fatalError("a wrong grace was read")
    }
}
