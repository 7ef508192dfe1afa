import Routing
import TestSupport
import Testing

@Suite struct RouterTests {
    private static func randomPool(_ generator: inout SeededGenerator) throws -> ExamplePool {
        var pool = ExamplePool()
        for _ in 0..<Int.random(in: 1...12, using: &generator) {
            let slots = Int.random(in: 1...40, using: &generator)
            let running = Int.random(in: 0...slots, using: &generator)
            try pool.add(
                speed: Int.random(in: 0..<6, using: &generator) == 0
                    ? nil : Double.random(in: 500...50_000, using: &generator),
                load: .init(
                    running: running, waiting: Int.random(in: 0..<4, using: &generator),
                    kvUsage: Double.random(in: 0...1, using: &generator),
                    pendingPrefillTokens: Int.random(in: 0..<30_000, using: &generator),
                    contextTokens: running * 500, age: Double.random(in: 0...1, using: &generator)),
                dispatched: .init(sequences: Int.random(in: 0..<3, using: &generator)),
                inFlight: running, slots: slots, waiting: Int.random(in: 0..<6, using: &generator),
                kvTokens: Int.random(in: 0..<20_000, using: &generator),
                cached: (0..<UInt64.random(in: 0..<40, using: &generator)).map { $0 })
            let place = pool.workers.count - 1
            pool.workers[place].isDraining = Int.random(in: 0..<5, using: &generator) == 0
            pool.workers[place].isReachable = Int.random(in: 0..<5, using: &generator) > 0
        }
        return pool
    }

    private static func randomRequest(_ generator: inout SeededGenerator) -> RequestShape {
        let tokens = Int.random(in: 1..<12_000, using: &generator)
        return RequestShape(
            promptTokens: tokens, prefixDigests: (0..<UInt64(tokens / 64)).map { $0 },
            expectedOutputTokens: Double.random(in: 1..<1000, using: &generator),
            objectives: Objectives(
                ttft: Bool.random(using: &generator) ? 0.5 : nil,
                interToken: Bool.random(using: &generator) ? 0.05 : nil),
            tier: RequestTier.allCases.randomElement(using: &generator) ?? .interactive,
            deadline: Bool.random(using: &generator) ? 2 : .infinity)
    }

    private static func mayTake(_ worker: WorkerPicture, _ request: RequestShape) -> Bool {
        let places = worker.capacity.maximumSequences + worker.capacity.maximumWaiting
        let fits = worker.capacity.kvTokens == 0 || request.promptTokens < worker.capacity.kvTokens
        return worker.isReachable && !worker.isDraining && worker.sequences < places && fits
    }

    @Test func noPolicyPicksAWorkerThatCannotTakeTheRequest() throws {
        var generator = SeededGenerator(seed: 11)
        var dispatched = 0
        for _ in 0..<2000 {
            var pool = try Self.randomPool(&generator)
            let request = Self.randomRequest(&generator)
            var turns = RoundRobin()
            for decision in [
                pool.choose(request, by: Router()), pool.choose(request, by: LeastLoaded()),
                pool.choose(request, by: PrefixAffinity()), pool.choose(request, by: StickyUntilSaturated()),
                turns.choose(
                    request, among: pool.workers, prefixes: pool.prefixes, predictor: pool.predictor,
                    randomness: &generator),
            ] {
                guard let chosen = decision.dispatch else { continue }
                dispatched += 1
                #expect(Self.mayTake(pool.workers[chosen.place], request))
                #expect(pool.workers[chosen.place].key == chosen.worker)
                #expect(chosen.matchedTokens < request.promptTokens)
            }
        }
        #expect(dispatched > 3000)
    }

    @Test func aRequestThatFitsSomewhereWithoutDeadlineOrSlackNeverWaits() throws {
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<2000 {
            var pool = try Self.randomPool(&generator)
            var request = Self.randomRequest(&generator)
            request.deadline = .infinity
            request.needsSlack = false
            let fits = pool.workers.contains { Self.mayTake($0, request) }
            #expect((pool.choose(request, by: Router()).dispatch != nil) == fits)
        }
    }

    @Test func equalSeedsGiveEqualDecisions() throws {
        var generator = SeededGenerator(seed: 13)
        for seed in 0..<300 as Range<UInt64> {
            var pool = try Self.randomPool(&generator)
            var router = Router()
            router.exploration = 0.5
            let request = Self.randomRequest(&generator)
            pool.generator = SeededGenerator(seed: seed)
            let first = pool.choose(request, by: router)
            pool.generator = SeededGenerator(seed: seed)
            #expect(pool.choose(request, by: router) == first)
        }
    }

    /// Faster, emptier, with no less cached: better in every respect.
    @Test func theDominatingWorkerIsPicked() throws {
        var generator = SeededGenerator(seed: 14)
        for _ in 0..<1000 {
            var pool = ExamplePool()
            let best = Int.random(in: 0..<6, using: &generator)
            let running = Int.random(in: 0..<10, using: &generator)
            for place in 0..<6 {
                let worse = place == best ? 0 : Int.random(in: 1..<15, using: &generator)
                try pool.add(
                    speed: 10_000 / Double(1 + worse),
                    load: .init(
                        running: running + worse, kvUsage: Double(worse) / 40, pendingPrefillTokens: worse * 300,
                        contextTokens: 500 * (running + worse)),
                    inFlight: Int.random(in: 0..<9, using: &generator),
                    cached: (0..<UInt64(15 - worse)).map { $0 })
            }
            var request = Self.randomRequest(&generator)
            request.needsSlack = false
            request.deadline = .infinity
            #expect(pool.choose(request, by: steadyRouter()).dispatch?.place == best)
        }
    }

    /// With nothing but its own time to weigh, a request goes to the warm worker exactly when what is cached there
    /// saves more than what is ahead there costs.
    @Test func aCachedPrefixIsWorthThePrefillThatItSaves() throws {
        var router = steadyRouter()
        router.cost.others = 0
        router.cost.tail = 0
        router.tie = 0
        let chain = (0..<UInt64(50)).map { $0 }
        let request = RequestShape(promptTokens: 50 * 64 + 1, prefixDigests: chain, expectedOutputTokens: 1)
        for cachedChunks in stride(from: 0, through: 50, by: 5) {
            for ahead in stride(from: 0, through: 4000, by: 90) where ahead != cachedChunks * 64 {
                var pool = ExamplePool()
                try pool.add(dispatched: .init(uncachedTokens: ahead), cached: Array(chain.prefix(cachedChunks)))
                try pool.add()
                let chosen = pool.choose(request, by: router).dispatch?.place
                #expect(chosen == (ahead < cachedChunks * 64 ? 0 : 1), "\(cachedChunks) cached, \(ahead) ahead")
            }
        }
    }

    @Test func objectivesMakeARequestAvoidAWorkerThatWouldMissThem() throws {
        var pool = ExamplePool()
        // Decodes fast but has a second of prefill ahead; decodes slowly but begins at once.
        try pool.add(speed: 20_000, load: .init(pendingPrefillTokens: 24_000))
        try pool.add(speed: 4000)
        let long = RequestShape(promptTokens: 500, expectedOutputTokens: 1000)
        #expect(pool.choose(long, by: steadyRouter()).dispatch?.place == 0)
        var urgent = long
        urgent.objectives = Objectives(ttft: 0.6)
        #expect(pool.choose(urgent, by: steadyRouter()).dispatch?.place == 1)
    }

    @Test func workIsKeptFromWhereItDelaysMany() throws {
        var pool = ExamplePool()
        try pool.add(load: .init(running: 30, contextTokens: 3000), cached: [0])
        try pool.add(load: .init(running: 2, contextTokens: 3000))
        let request = RequestShape(promptTokens: 6000, prefixDigests: [0, 1], expectedOutputTokens: 1)
        #expect(pool.choose(request, by: steadyRouter()).dispatch?.place == 1)
        var selfish = steadyRouter()
        selfish.cost.others = 0
        (selfish.cost.decode, selfish.cost.pace) = (0, 0)
        pool.workers[1].dispatched = .init(uncachedTokens: 200)
        #expect(pool.choose(request, by: selfish).dispatch?.place == 0)
        #expect(pool.choose(request, by: steadyRouter()).dispatch?.place == 1)
    }

    @Test func workThatCanWaitGoesOnlyWhereThereIsSlack() throws {
        var generator = SeededGenerator(seed: 15)
        for _ in 0..<2000 {
            var pool = try Self.randomPool(&generator)
            var request = Self.randomRequest(&generator)
            request.tier = .batch
            request.needsSlack = true
            guard let place = pool.choose(request, by: Router()).dispatch?.place else { continue }
            let worker = pool.workers[place]
            #expect(worker.load.waiting == 0)
            #expect(Double(worker.sequences) < 0.75 * Double(worker.capacity.maximumSequences))
        }
    }

    @Test func reasonsForWaitingAreNamed() throws {
        var pool = ExamplePool()
        let request = RequestShape(promptTokens: 3000)
        #expect(pool.choose(request, by: Router()) == .wait(.noWorker))
        try pool.add(kvTokens: 2000)
        pool.workers[0].isDraining = true
        #expect(pool.choose(request, by: Router()) == .wait(.noWorker))
        pool.workers[0].isDraining = false
        #expect(pool.choose(request, by: Router()) == .wait(.tooLong(longest: 2000)))
        try pool.add(load: .init(running: 4), slots: 4, waiting: 0)
        #expect(pool.choose(request, by: Router()) == .wait(.noRoom))
        try pool.add(load: .init(running: 4, waiting: 1), slots: 4, waiting: 4)
        var batch = request
        (batch.tier, batch.needsSlack) = (.batch, true)
        #expect(pool.choose(batch, by: Router()) == .wait(.noSlack))
        var late = request
        late.deadline = 0.01
        guard case .wait(.tooLate(let soonest)) = pool.choose(late, by: Router()) else {
            Issue.record("dispatched in spite of its deadline")
            return
        }
        #expect(soonest > 0.01 && soonest < 10)
    }

    @Test func betweenEqualsTheOneWithLeastInFlightIsPicked() throws {
        var pool = ExamplePool()
        for inFlight in [3, 1, 2] { try pool.add(inFlight: inFlight) }
        let chosen = try #require(pool.choose(RequestShape(promptTokens: 100), by: steadyRouter()).dispatch)
        #expect(chosen.place == 1)
        #expect(chosen.reason == .leastInFlight)
    }

    // MARK: Exploration

    @Test func explorationIsBoundedInFrequencyAndCost() throws {
        var pool = ExamplePool()
        try pool.add(speed: 10_000)
        try pool.add(speed: 9000)
        try pool.add(speed: 1000)
        var router = Router()
        router.exploration = 0.05
        var chosen = [0, 0, 0]
        for _ in 0..<10_000 {
            let decision = pool.choose(RequestShape(promptTokens: 2000), by: router)
            if let place = decision.dispatch?.place { chosen[place] += 1 }
        }
        #expect(chosen[2] == 0)
        #expect((100...500).contains(chosen[1]))
    }

    @Test func aWorkerOfWhichNothingWasHeardIsTriedAgain() throws {
        var pool = ExamplePool()
        try pool.add()
        try pool.add()
        let request = RequestShape(promptTokens: 2000)
        let features = DispatchFeatures(of: request, at: pool.workers[1], matchedTokens: 0)
        for place in [1, 0] {
            for _ in 0..<600 {
                pool.predictor.observe(
                    LatencySample(
                        worker: pool.workers[place].key, kind: pool.workers[place].kind, features: features,
                        ttft: place == 1 ? 5 : 0.2, interToken: place == 1 ? 1 : 0.02))
            }
        }
        #expect(pool.choose(request, by: steadyRouter()).dispatch?.place == 0)
        pool.workers[1].kind = pool.workers[0].kind
        var router = Router()
        router.exploration = 1
        let decision = try #require(pool.choose(request, by: router).dispatch)
        #expect(decision.place == 1)
        #expect(decision.reason == .explored)
    }

    // MARK: Without predictions

    @Test func withoutPredictionsItSticksUntilTheWarmWorkerIsTooFarAhead() throws {
        let chain = (0..<UInt64(20)).map { $0 }
        let request = RequestShape(promptTokens: 2000, prefixDigests: chain)
        for (ahead, expected) in [(0, 0), (20_000, 0), (20_001, 1)] {
            var pool = ExamplePool()
            try pool.add(speed: nil, dispatched: .init(uncachedTokens: ahead), cached: chain)
            try pool.add(speed: nil)
            let chosen = try #require(pool.choose(request, by: Router()).dispatch)
            #expect(chosen.place == expected)
            #expect(chosen.reason == (expected == 0 ? .sticky : .leastLoaded))
            #expect(chosen.prediction.isCold)
        }
    }

    @Test func aKindOfWhichNothingIsKnownGetsItsShareAndLittleAtATime() throws {
        var pool = ExamplePool()
        for speed in [10_000, nil, 10_000, 10_000] as [Double?] { try pool.add(speed: speed) }
        let router = Router()
        var given = 0
        for _ in 0..<1000 {
            if pool.choose(RequestShape(promptTokens: 100), by: router).dispatch?.place == 1 { given += 1 }
        }
        #expect((200...300).contains(given))
        pool.workers[1].inFlight = router.trialSequences
        for _ in 0..<100 {
            #expect(pool.choose(RequestShape(promptTokens: 100), by: router).dispatch?.place != 1)
        }
    }
}
