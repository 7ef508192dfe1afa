import Harvest
import Ledger
import TestSupport
import Testing

/// Random owners, nodes, pools and demand; what must hold holds in each round.
@Suite struct PlanPropertyTests {
    private func randomLab(_ random: inout SeededGenerator) -> Lab {
        var pool = GPUPool(name: "p")
        pool.idleAfterMs = Int64.random(in: 0...180_000, using: &random)
        pool.limits.share = Share(numerator: Int64.random(in: 1...4, using: &random), denominator: 4) ?? .all
        pool.limits.perNode = Bool.random(using: &random) ? Int.random(in: 1...8, using: &random) : nil
        pool.limits.count = Bool.random(using: &random) ? Int.random(in: 0...20, using: &random) : nil
        pool.limits.reserve = Int.random(in: 0...3, using: &random)
        pool.placement.loadsPerHour = Int.random(in: 1...80, using: &random)
        if Bool.random(using: &random) {
            pool.energy = EnergyPrice(perKWh: PicoUSD(pico: 10_000_000_000), wattsPerGPU: 500)
        }
        var other = GPUPool(name: "q")
        other.nodes.labels = ["zone": "b"]
        var lab = Lab(
            Bool.random(using: &random) ? [pool, other] : [pool],
            [
                .plain(
                    "a", gpus: Int.random(in: 1...4, using: &random), demand: Int.random(in: 0...9000, using: &random)),
                .plain("b", gpus: 1, demand: Int.random(in: 0...9000, using: &random), warm: 1),
            ])
        for place in 0..<Int.random(in: 1...6, using: &random) {
            let zone = Bool.random(using: &random) ? "a" : "b"
            lab.cluster.set(
                NodeState.lent("n\(place)", gpus: Int.random(in: 1...8, using: &random), labels: ["zone": zone]))
        }
        return lab
    }

    private func disturb(_ lab: inout Lab, _ number: Int, _ random: inout SeededGenerator) {
        let nodes = lab.cluster.entries.keys.sorted()
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1:
            var pod = PodState.owner("j\(number)", gpus: Int.random(in: 1...8, using: &random), createdMs: lab.nowMs)
            pod.isGated = Int.random(in: 0..<8, using: &random) == 0
            if Int.random(in: 0..<4, using: &random) == 0 { pod.rule.labels = ["zone": "a"] }
            lab.cluster.set(pod)
        case 2, 3:
            if let pod = lab.cluster.pods.values.filter({ $0.worker == nil }).map(\.id).sorted().randomElement(
                using: &random)
            {
                lab.cluster.removePod(pod)
            }
        case 4:
            guard let name = nodes.randomElement(using: &random) else { return }
            lab.cluster.change(name) { $0.isCordoned.toggle() }
        default:
            guard let name = nodes.randomElement(using: &random) else { return }
            lab.cluster.change(name) {
                $0.labels["gleaner.dev/harvest"] = Bool.random(using: &random) ? "true" : "false"
            }
        }
    }

    @Test(arguments: 0..<60) func theOwnerAlwaysWins(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var lab = randomLab(&random)
        for number in 0..<40 {
            if Bool.random(using: &random) { disturb(&lab, number, &random) }
            checkExplanations(lab.round())
            checkLimits(lab)
        }
        // Nothing of the owner's that could run without us waits longer than a decision and an exit.
        for _ in 0..<3 where !lab.delayed.isEmpty { _ = lab.round(stepMs: 1000) }
        #expect(lab.delayed.isEmpty)
    }

    private func checkLimits(_ lab: Lab) {
        let leaving = Set(lab.cluster.workers.filter { lab.cluster.pods[$0]?.isLeaving ?? false })
        for survey in PoolSurvey.all(lab.cluster, lab.standings, leaving: leaving) {
            for node in survey.nodes {
                // A worker that is only meant for the node holds nothing of it yet.
                let bound = lab.cluster.workers.compactMap(lab.cluster.pod).filter { $0.node == node.name }
                let held = bound.reduce(0) { $0 + $1.requests[gpu] }
                #expect(node.numOwned + held <= node.numAllocatable)
                #expect(node.numLent <= survey.pool.limits.perNode ?? .max)
            }
            #expect(survey.numLent <= survey.pool.limits.most(of: survey.numAllocatable))
        }
        for pool in lab.standings.compactMap(\.pool) {
            let recent = lab.started.filter { start in
                start.atMs > lab.nowMs - 3_600_000 && lab.cluster.pods[start.id]?.worker?.pool == pool.name
            }
            #expect(recent.count <= pool.placement.loadsPerHour)
        }
    }

    private func checkExplanations(_ plan: Plan) {
        for action in plan.actions { #expect(action.explanation.count > 20 && action.explanation.hasSuffix(".")) }
        for report in plan.pools {
            #expect(report.conditions.contains { $0.type == "Ready" && !$0.message.isEmpty })
            let isStarting = plan.actions.contains {
                if case .start(let start, _) = $0 { start.pool == report.name } else { false }
            }
            let isReady = report.conditions.contains { $0.type == "Ready" && $0.isTrue }
            #expect(isStarting || !isReady || report.whyNotMore?.isEmpty == false)
        }
    }

    /// Left alone, a cluster comes to rest, and nobody goes before the minimum residence but for the owner.
    @Test(arguments: 0..<40) func nothingFlaps(_ seed: Int) {
        var random = SeededGenerator(seed: 1000 + UInt64(seed))
        var lab = randomLab(&random)
        // Enough that every start that pays has its turn while the lab comes to rest.
        lab.standings = lab.standings.compactMap(\.pool).map { pool in
            var pool = pool
            pool.placement.loadsPerHour = 80
            return PoolStanding(pool)
        }
        for number in 0..<20 {
            disturb(&lab, number, &random)
            _ = lab.round()
        }
        // What the hourly budget holds back comes later.
        for _ in 0..<180 { _ = lab.round() }
        for _ in 0..<60 {
            let plan = lab.round()
            #expect(plan.actions.isEmpty, "\(plan.actions.map(\.explanation))")
        }
        let startedAt = Dictionary(lab.started.map { ($0.id, $0.atMs) }) { first, _ in first }
        for entry in lab.deleted {
            guard case .surplus = entry.reason, let atMs = startedAt[entry.id] else { continue }
            #expect(entry.atMs - atMs >= 600_000)
        }
    }

    /// Victims free what a request lacks, and no one of them is superfluous.
    @Test(arguments: 0..<60) func neverMoreThanNeeded(_ seed: Int) {
        var random = SeededGenerator(seed: 2000 + UInt64(seed))
        var cluster = ClusterState()
        var losses: [ObjectID: Int64] = [:]
        for node in 0..<Int.random(in: 1...4, using: &random) {
            var left = 8
            cluster.set(NodeState.lent("n\(node)", gpus: 8))
            while left > 0 {
                let count = Int.random(in: 1...left, using: &random)
                left -= count
                let kind = Int.random(in: 0..<4, using: &random)
                let name = "x\(node)-\(left)"
                if kind == 0 { cluster.set(.owner(name, gpus: count, on: "n\(node)")) }
                if kind > 1 { cluster.set(.worker(name, gpus: count, on: "n\(node)")) }
                losses[ObjectID("gleaner", name)] = Int64.random(in: 1...9, using: &random)
            }
        }
        let need = Int.random(in: 1...8, using: &random)
        cluster.set(.owner("job", gpus: need))
        let victims = cluster.deciding(losses: losses).reclaims
        func freeAfter(_ victims: [ReclaimDecision.Reclaim]) -> Int {
            var after = cluster
            for victim in victims { after.removePod(victim.worker) }
            return after.entries.values.map { 8 - $0.owned[gpu] - $0.lent[gpu] }.max() ?? 0
        }
        let possible = cluster.entries.values.map { 8 - $0.owned[gpu] }.max() ?? 0
        #expect((freeAfter(victims) >= need) == (possible >= need))
        #expect(possible >= need || victims.isEmpty)
        for kept in victims { #expect(freeAfter(victims.filter { $0 != kept }) < need) }
    }

    /// The order in which objects came to be known decides nothing.
    @Test(arguments: 0..<20) func equalStatesGiveEqualPlans(_ seed: Int) {
        var random = SeededGenerator(seed: 3000 + UInt64(seed))
        var lab = randomLab(&random)
        for number in 0..<20 {
            disturb(&lab, number, &random)
            _ = lab.round()
        }
        var other = ClusterState()
        for pod in lab.cluster.pods.values.shuffled(using: &random) { other.set(pod) }
        for node in lab.cluster.entries.values.compactMap(\.state).shuffled(using: &random) { other.set(node) }
        let first = Plan(lab.cluster, lab.standings, lab.markets, lab.memory, nowMs: lab.nowMs)
        let second = Plan(other, lab.standings.reversed(), lab.markets.reversed(), lab.memory, nowMs: lab.nowMs)
        #expect(first.actions == second.actions)
    }
}
