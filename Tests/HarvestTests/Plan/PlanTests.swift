import Harvest
import Ledger
import Testing

@Suite struct PlanTests {
    private func lab(
        _ markets: [ModelMarket] = [.plain()], gpus: [Int] = [8], _ change: (inout GPUPool) -> Void = { _ in }
    ) -> Lab {
        var pool = GPUPool(name: "p")
        change(&pool)
        var lab = Lab([pool], markets)
        for (place, count) in gpus.enumerated() { lab.cluster.set(NodeState.lent("n\(place)", gpus: count)) }
        return lab
    }

    @Test func idleAcceleratorsEarnAfterTheirWait() {
        var lab = lab()
        #expect(lab.round().actions.isEmpty)
        #expect(lab.round().pools.first?.whyNotMore?.contains("idle for 2m") == true)
        let plan = lab.round()
        #expect(plan.actions.count == 8)
        #expect(
            plan.pools.first?.conditions.first
                == Condition(
                    "Ready", true, "Harvesting", "8 accelerators on 1 nodes."))
        #expect(lab.round().actions.isEmpty)
        #expect(lab.cluster.workers.count == 8)
        #expect(plan.actions.allSatisfy { $0.explanation.contains("there is no history") })
    }

    @Test func anOwnersPodStartsInTheNextRound() {
        var lab = lab()
        for _ in 0..<4 { _ = lab.round() }
        lab.cluster.set(.owner("job", gpus: 3, createdMs: lab.nowMs))
        #expect(lab.round().reclaim.reclaims.count == 3)
        _ = lab.round(stepMs: 1000)
        #expect(lab.cluster.pods[ObjectID("team", "job")]?.node == "n0")
        for _ in 0..<10 { #expect(lab.round().actions.isEmpty) }
        // When the job is over its accelerators have to be idle for the pool's time again.
        lab.cluster.removePod(ObjectID("team", "job"))
        #expect(lab.round().actions.isEmpty)
        #expect(lab.round().actions.isEmpty)
        #expect(lab.round().actions.count == 3)
    }

    /// The scheduler would give an accelerator that is not back yet to nobody, or to the owner's pod that waits for it.
    @Test func nothingIsStartedOnWhatIsNotBackYet() {
        var leaving = PodState.worker("w", gpus: 3, on: "n0")
        leaving.deletionAskedMs = 0
        let held = ClusterState([.lent("n0", gpus: 4)], [leaving])
        var nominated = PodState.owner("next", gpus: 1)
        nominated.nominatedNode = "n0"
        var waiting = ClusterState([.lent("n0", gpus: 4)], [nominated])
        var promised = ClusterState([.lent("n0", gpus: 4)], [.owner("job", gpus: 2)])
        for (cluster, count) in [(held, 1), (waiting, 0), (promised, 0)] {
            var lab = lab()
            lab.cluster = cluster
            lab.standings = [.with { $0.idleAfterMs = 0 }]
            #expect(lab.round().actions.count == count)
        }
        // Without them, all four.
        waiting.removePod(nominated.id)
        promised.removePod(ObjectID("team", "job"))
        for cluster in [waiting, promised] {
            var lab = lab()
            lab.cluster = cluster
            lab.standings = [.with { $0.idleAfterMs = 0 }]
            #expect(lab.round().actions.count == 4)
        }
    }

    @Test func demandBoundsWhatIsStarted() {
        var lab = lab([.plain(demand: 2500, speed: 1000)], gpus: [8, 8])
        for _ in 0..<6 { _ = lab.round() }
        #expect(lab.cluster.workers.count == 3)
        #expect(lab.round().pools.first?.whyNotMore == "The workers that run serve all demand.")
    }

    @Test func theModelThatEarnsMostForAnAcceleratorComesFirst() {
        let markets = [
            ModelMarket.plain("large", gpus: 4, speed: 3000), .plain("small", speed: 1000),
            .plain("cheap", speed: 900),
        ]
        var lab = lab(markets, gpus: [5])
        for _ in 0..<4 { _ = lab.round() }
        #expect(lab.cluster.pods.values.map { $0.worker?.model } == Array(repeating: "small", count: 5))
    }

    @Test func loadingThatEatsTheWindowDoesNotPay() {
        let slow = ModelMarket.plain("slow", speed: 1_000_000, loadMs: 3_600_000)
        var lab = lab([slow])
        for _ in 0..<4 { _ = lab.round() }
        #expect(lab.cluster.workers.isEmpty)
        #expect(lab.round().pools.first?.whyNotMore?.contains("would not pay") == true)
    }

    @Test func energyThatCostsMoreThanTheTokensStopsAModel() {
        let energy = EnergyPrice(perKWh: PicoUSD(decimal: "0.50") ?? .zero, wattsPerGPU: 1000)
        var poor = lab([.plain(speed: 100)]) { $0.energy = energy }
        var rich = lab([.plain(speed: 1000)]) { $0.energy = energy }
        for _ in 0..<4 { (_, _) = (poor.round(), rich.round()) }
        #expect(poor.cluster.workers.isEmpty && rich.cluster.workers.count == 8)
    }

    @Test func withoutAPriceNothingIsStartedAndItIsSaid() {
        var market = ModelMarket.plain()
        market.pricePerToken = nil
        var lab = lab([market])
        for _ in 0..<3 { _ = lab.round() }
        #expect(lab.round().pools.first?.whyNotMore == "The ledger has no price for m.")
    }

    @Test func warmWorkersStayWithoutDemand() {
        var lab = lab([.plain(demand: 0, warm: 2)]) {
            $0.energy = EnergyPrice(perKWh: PicoUSD(decimal: "1") ?? .zero, wattsPerGPU: 500)
        }
        for _ in 0..<40 { _ = lab.round() }
        #expect(lab.cluster.workers.count == 2 && lab.deleted.isEmpty)
    }

    @Test func surplusGoesOneByOneAfterItsResidence() {
        var lab = lab([.plain(demand: 8000)]) {
            $0.energy = EnergyPrice(perKWh: PicoUSD(decimal: "0.01") ?? .zero, wattsPerGPU: 500)
        }
        for _ in 0..<4 { _ = lab.round() }
        #expect(lab.cluster.workers.count == 8)
        lab.markets = [.plain(demand: 3000)]
        for _ in 0..<30 { _ = lab.round() }
        // A quarter above the demand is kept: 3750 tokens/s are four workers.
        #expect(lab.cluster.workers.count == 4)
        #expect(lab.deleted.allSatisfy { $0.atMs >= lab.started[0].atMs + 600_000 && $0.reason == .surplus })
        #expect(Set(lab.deleted.map(\.atMs)).count == 4)
    }

    @Test func limitsReserveAndBudgetHold() {
        let changes: [((inout GPUPool) -> Void, Int)] = [
            ({ $0.limits.count = 3 }, 3), ({ $0.limits.perNode = 2 }, 4), ({ $0.limits.reserve = 5 }, 11),
            ({ $0.limits.share = Share("50%") ?? .all }, 8), ({ $0.placement.loadsPerHour = 6 }, 6),
            ({ $0.models = ["other"] }, 0), ({ $0.schedule.windows = [.never] }, 0), ({ $0.mode = .observe }, 0),
        ]
        for (change, count) in changes {
            var lab = lab(gpus: [8, 8], change)
            lab.nowMs = 7_200_000
            for _ in 0..<6 { _ = lab.round() }
            #expect(lab.cluster.workers.count == count)
            #expect(lab.round().pools.first?.whyNotMore != nil || count == 0)
        }
    }

    @Test func anObserverEarnsOnPaperOnly() throws {
        var lab = lab([.plain(speed: 1000)], gpus: [2]) { $0.mode = .observe }
        for _ in 0..<63 { _ = lab.round() }
        let observed = try #require(lab.round().pools.first?.observed)
        #expect(lab.cluster.workers.isEmpty && observed.numServing == 2 && observed.numReclaimed == 0)
        // About an hour of two workers at 1000 tokens/s and 1 USD a million.
        let dollars = Double(observed.revenue.pico) / 1e12
        #expect((6.5...7.3).contains(dollars), "\(dollars)")
        lab.cluster.set(.owner("job", gpus: 2, createdMs: lab.nowMs))
        _ = lab.round()
        #expect(lab.round().pools.first?.observed?.numReclaimed == 2)
    }

    @Test func aWorkerThatFindsNoPlaceGoesAndItsNodeIsLeftAlone() {
        var lab = lab(gpus: [1])
        for _ in 0..<3 { _ = lab.round() }
        var stuck = PodState.worker("stuck", gpus: 1, on: nil, createdMs: lab.nowMs)
        stuck.pinnedNode = "n0"
        lab.cluster = ClusterState([.lent("n0", gpus: 1)], [stuck])
        #expect(lab.round(stepMs: 2000).actions.isEmpty)
        // The scheduler's first fit would place it; take that back.
        lab.cluster = ClusterState([.lent("n0", gpus: 1)], [stuck])
        let plan = lab.round(stepMs: 1000)
        #expect(plan.actions == [.delete(stuck.id, uid: stuck.uid, .unplaced(node: "n0", model: "m"))])
        #expect(lab.round(stepMs: 20_000).actions.isEmpty)
        #expect(lab.round(stepMs: 20_000).actions.count == 1)
    }

    @Test func aWorkerThatFailsIsTriedLessAndLess() {
        var lab = lab([.plain(demand: 1)], gpus: [1])
        var starts: [Int64] = []
        for _ in 0..<600 {
            let plan = lab.round(stepMs: 10_000)
            if plan.actions.contains(where: { if case .start = $0 { true } else { false } }) {
                starts.append(lab.nowMs)
            }
            for id in lab.cluster.workers {
                guard var worker = lab.cluster.pods[id] else { continue }
                worker.phase = .failed
                lab.cluster.set(worker)
            }
        }
        let gaps = zip(starts.dropFirst(), starts).map { $0 - $1 }
        #expect(starts.count >= 4 && starts.count < 12)
        #expect(zip(gaps.dropFirst(), gaps).allSatisfy { $0 > $1 })
    }

    @Test func weightsComeBeforeTheWorker() {
        var model = ServedModel(
            name: "m",
            source: .repository(
                name: "a/b", revision: String(repeating: "0", count: 40), tag: "safetensors",
                file: nil),
            expected: .init(tokensPerSecond: 1000, loadMs: 1000))
        model.gpus = 8
        let market = ModelMarket(model, pricePerToken: PicoUSD(pico: 1_000_000), demandTokensPerSecond: 100)
        var lab = lab([market], gpus: [8, 8]) { $0.cache = CachePolicy(storageClassName: "local", gibibytes: 9) }
        for _ in 0..<2 { _ = lab.round() }
        let fetch = lab.round().actions
        #expect(fetch.count == 1 && fetch.first?.explanation.hasPrefix("Brings the weights of m") == true)
        #expect(lab.started.isEmpty)
        #expect(lab.round().actions.count == 1 && lab.started.count == 1)
        // A worker that ended after it was told to is nobody's capacity.
        for id in lab.cluster.workers {
            guard var worker = lab.cluster.pod(id) else { continue }
            (worker.deletionAskedMs, worker.phase) = (lab.nowMs, .failed)
            lab.cluster.set(worker)
        }
        #expect(lab.round().models.first?.numWorkers == 1 && lab.started.count == 2)
        var without = self.lab([market])
        for _ in 0..<3 { _ = without.round() }
        #expect(without.round().pools.first?.whyNotMore?.contains("need spec.cache") == true)
    }

    @Test func aPoolThatCannotBeReadSaysWhatToWrite() {
        var lab = lab()
        lab.standings = [PoolStanding(name: "p", problems: .some)]
        let report = lab.round().pools.first
        #expect(report?.conditions.first?.reason == "Refused")
        #expect(report?.conditions.first?.message.contains("write 1s to 5s") == true)
    }

    @Test func aSuspendedPoolLendsNothing() {
        var lab = lab()
        lab.standings[0].suspension = "gleaner/w on n0 came back after 20s"
        for _ in 0..<4 { #expect(lab.round().actions.isEmpty) }
        #expect(lab.round().pools.first?.conditions.map(\.reason) == ["Suspended", "PromiseBroken"])
    }
}
