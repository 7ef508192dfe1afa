import Harvest
import Testing

/// 5,000 nodes with 40,000 accelerators, half of them lent.
@Suite(.timeLimit(.minutes(10))) struct ScaleTests {
    static let nodes = 5000

    private func fullCluster() -> ClusterState {
        var cluster = ClusterState()
        for node in 0..<Self.nodes {
            cluster.set(NodeState.lent("n\(node)", gpus: 8))
            cluster.set(.owner("j\(node)", gpus: 4, on: "n\(node)"))
            for slot in 0..<4 { cluster.set(.worker("w\(node)-\(slot)", gpus: 1, on: "n\(node)")) }
        }
        return cluster
    }

    @Test func aBurstOfAThousandJobsGetsExactlyItsAccelerators() {
        var cluster = fullCluster()
        for job in 0..<1000 { cluster.set(.owner("burst\(job)", gpus: 2)) }
        let decision = cluster.deciding()
        #expect(decision.reclaims.count == 2000 && decision.unhelped.isEmpty)
        for victim in decision.reclaims { cluster.removePod(victim.worker) }
        let free = cluster.entries.values.map { 8 - $0.owned[gpu] - $0.lent[gpu] }
        #expect(free.reduce(0, +) == 2000)
        #expect(cluster.deciding().reclaims.isEmpty)
    }

    /// Many shapes of requests are looked at in several passes, and all get their turn.
    @Test func manyShapesTakeTurns() {
        var cluster = fullCluster()
        for job in 0..<100 {
            var pod = PodState.owner("odd\(job)", gpus: 1)
            pod.requests.milliCPU = job
            cluster.set(pod)
        }
        var passes = 0
        while !cluster.waiting.isEmpty, passes < 20 {
            passes += 1
            let decision = cluster.deciding()
            #expect(decision.reclaims.count + decision.unhelped.count == cluster.waiting.count)
            for victim in decision.reclaims {
                let node = cluster.pod(victim.worker)?.node
                cluster.removePod(victim.worker)
                guard case .request(let name) = victim.moment.signal else { continue }
                var pod = PodState.owner(String(name.dropFirst(5)), gpus: 1, on: node)
                pod.requests.milliCPU = 1
                cluster.set(pod)
            }
        }
        #expect(cluster.waiting.isEmpty && passes == 5)
    }

    @Test func requestsThatNothingHelpsKeepNobodyWaiting() {
        var cluster = ClusterState([.lent("a", gpus: 8)], [.worker("w", gpus: 8, on: "a")])
        for job in 0..<100 {
            var pod = PodState.owner("hopeless\(job)", gpus: 9 + job)
            pod.priority = 10
            cluster.set(pod)
        }
        cluster.set(.owner("last", gpus: 1))
        let helped = (0..<40).filter { cluster.deciding(nowMs: Int64($0) * 1000).names == ["w"] }
        #expect(helped.count > 2)
    }

    @Test func anEmptyFleetFillsInBoundedPasses() {
        var lab = Lab([GPUPool(name: "p")], [.plain(demand: 1_000_000_000)])
        lab.standings = [.with { $0.placement.loadsPerHour = 300 }]
        for node in 0..<Self.nodes { lab.cluster.set(NodeState.lent("n\(node)", gpus: 8)) }
        let counts = (0..<8).map { _ in lab.round().actions.count }
        #expect(counts == [0, 0, 64, 64, 64, 64, 44, 0])
        #expect(lab.round().pools.first?.whyNotMore == "The 300 loads of this hour are used up.")
    }
}
