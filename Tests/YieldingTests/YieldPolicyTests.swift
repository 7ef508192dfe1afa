import TestSupport
import Testing
import Yielding

/// When a machine is left to its owner, and when it serves again.
@Suite struct YieldPolicyTests {
    private static let cores = 4

    private func limits(threads: Int = Self.cores) -> YieldPolicy.Limits { YieldPolicy.Limits(threads: threads) }

    private func share(others: Double, pressure: Double = 1) -> ProcessorShare {
        ProcessorShare(cores: Self.cores, othersCores: others, pressure: pressure)
    }

    private func isYielding(_ decision: YieldPolicy.Decision) -> Bool { decision != .serve }

    /// A machine's signals over time, drawn at random: what is there comes and goes in spells.
    private struct Weather {
        var random: SeededGenerator
        var look = MachineLook()

        mutating func next() -> (look: MachineLook, step: Double) {
            if Int.random(in: 0..<8, using: &random) == 0 {
                let signal = [YieldSignal.command, .unit, .accelerator][Int.random(in: 0..<3, using: &random)]
                look.present[signal] = look.present[signal] == nil ? "there" : nil
            }
            if Int.random(in: 0..<12, using: &random) == 0 {
                look.order = look.order == nil ? YieldOrder(releasesMemory: Bool.random(using: &random)) : nil
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                look.processor = ProcessorShare(
                    cores: 4, othersCores: .random(in: 0...4, using: &random),
                    pressure: .random(in: 0...1, using: &random))
            }
            return (look, .random(in: 0.01...2, using: &random))
        }
    }

    /// The owner never waits, and nothing flaps: no serving while a plain signal is there, none before the time of rest
    /// has passed, and never two yields closer together than that.
    @Test(arguments: 0..<200) func theOwnerGoesFirstAndNothingFlaps(_ seed: UInt64) {
        var weather = Weather(random: SeededGenerator(seed: seed))
        let limits = limits(threads: Int(seed % 5))
        var policy = YieldPolicy(limits)
        var now = 0.0
        var lastPlain: Double?
        var wasYielding = false
        var isOrdered = false
        for _ in 0..<2000 {
            let (look, step) = weather.next()
            now += step
            let decision = policy.decide(look, now: now)
            if !look.present.isEmpty { lastPlain = now }
            if !look.present.isEmpty || look.order != nil { #expect(isYielding(decision)) }
            if wasYielding, !isYielding(decision), let lastPlain {
                #expect(now - lastPlain >= limits.restSeconds, "served \(now - lastPlain) s after a signal")
            }
            if case .yield(let signal, _, let releases, let isOver) = decision {
                #expect(releases == (look.order?.releasesMemory ?? false))
                if let plainest = look.present.keys.min() { #expect(signal == (look.order == nil ? plainest : .order)) }
                #expect(!isOver || (look.present.isEmpty && look.order == nil))
            }
            isOrdered = look.order != nil
            wasYielding = isYielding(decision)
        }
        _ = isOrdered
        // When everything is quiet it serves again, whatever has been.
        now += limits.longestRestSeconds
        #expect(policy.decide(MachineLook(), now: now) == .serve)
    }

    /// Whatever our own threads do, they are no reason to stop: nobody else is there, or nobody waits.
    @Test(arguments: 0..<100) func ourOwnLoadIsNoSignal(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let threads = Int.random(in: 1...Self.cores, using: &random)
        let limits = limits(threads: threads)
        var policy = YieldPolicy(limits)
        var now = 0.0
        for _ in 0..<500 {
            now += .random(in: 0.1...1, using: &random)
            let isAlone = Bool.random(using: &random)
            let free = Double(Self.cores - threads)
            let processor =
                isAlone
                ? share(others: .random(in: 0...free + limits.spareCores, using: &random))
                : share(others: .random(in: 0...4, using: &random), pressure: .random(in: 0..<0.1, using: &random))
            #expect(policy.decide(MachineLook(processor: processor), now: now) == .serve)
        }
    }

    @Test func othersWhoAreHeldUpAreMadeRoomForAndStayAlone() {
        var policy = YieldPolicy(limits())
        let busy = MachineLook(processor: share(others: 1.5))
        #expect(policy.decide(busy, now: 0) == .serve, "a moment is not enough")
        #expect(policy.decide(MachineLook(processor: share(others: 0.1)), now: 0.5) == .serve)
        #expect(policy.decide(busy, now: 0.6) == .serve, "it begins anew")
        let decision = policy.decide(busy, now: 1.6)
        #expect(
            decision
                == .yield(
                    .processor, text: "other processes use 1.5 of 4 cores", releasesMemory: false, isOver: false))
        // We stand still: nobody waits any more, and the others go on.
        var now = 1.6
        for _ in 0..<100 {
            now += 1
            #expect(isYielding(policy.decide(MachineLook(processor: share(others: 1.4, pressure: 0)), now: now)))
        }
        // What wavers below what began it, but above its half, is there; below that it has gone.
        #expect(isYielding(policy.decide(MachineLook(processor: share(others: 0.3, pressure: 0)), now: now + 20)))
        now += 21
        let quiet = MachineLook(processor: share(others: 0.2, pressure: 0))
        #expect(isYielding(policy.decide(quiet, now: now)))
        #expect(isYielding(policy.decide(quiet, now: now + 8.9)))
        #expect(policy.decide(quiet, now: now + 9.1) == .serve)
    }

    @Test func coresThatOurThreadsLeaveFreeAreForOthers() {
        var policy = YieldPolicy(limits(threads: 2))
        for second in 0..<20 {
            #expect(policy.decide(MachineLook(processor: share(others: 2.4)), now: Double(second)) == .serve)
        }
        _ = policy.decide(MachineLook(processor: share(others: 2.6)), now: 20)
        #expect(isYielding(policy.decide(MachineLook(processor: share(others: 2.6)), now: 21)))
    }

    /// An order ends with its time or with `resume`, and then at once; but not what other signals say.
    @Test func anOrderEndsWhenItIsTakenBack() {
        var policy = YieldPolicy(limits())
        let order = YieldOrder(releasesMemory: true, until: 60)
        #expect(
            policy.decide(MachineLook(order: order), now: 0)
                == .yield(.order, text: "gleaner yield", releasesMemory: true, isOver: false))
        #expect(isYielding(policy.decide(MachineLook(order: order), now: 59.9)))
        #expect(policy.decide(MachineLook(order: order), now: 60) == .serve)
        #expect(isYielding(policy.decide(MachineLook(order: YieldOrder(releasesMemory: false)), now: 61)))
        let both = MachineLook(order: YieldOrder(releasesMemory: false), present: [.unit: "unit"])
        #expect(isYielding(policy.decide(both, now: 62)))
        #expect(
            policy.decide(MachineLook(present: [.unit: "unit"]), now: 63)
                == .yield(.unit, text: "unit", releasesMemory: false, isOver: false))
        #expect(
            policy.decide(MachineLook(), now: 64) == .yield(.unit, text: "unit", releasesMemory: false, isOver: true))
        #expect(policy.decide(MachineLook(), now: 73) == .serve)
    }

    /// Who is called back again and again rests twice as long each time, and as long as at first after a quiet while.
    @Test func aJobOfManyPartsIsMetWithLongerRests() {
        var limits = limits()
        limits.longestRestSeconds = 60
        var policy = YieldPolicy(limits)
        let there = MachineLook(present: [.command: "job"])
        var now = 0.0
        var rests: [Double] = []
        for _ in 0..<6 {
            #expect(isYielding(policy.decide(there, now: now)))
            let begin = now
            while isYielding(policy.decide(MachineLook(), now: now)) { now += 0.5 }
            rests.append(now - begin)
            now += 1
        }
        #expect(rests == [10, 20, 40, 60, 60, 60])
        now += 1000
        _ = policy.decide(there, now: now)
        #expect(isYielding(policy.decide(MachineLook(), now: now + 9)))
        #expect(policy.decide(MachineLook(), now: now + 10) == .serve)
    }

    @Test func sharesComeFromCounters() throws {
        func sample(_ time: Double, busy: Double, idle: Double, own: Double, stalled: Double?) -> ProcessorSample {
            ProcessorSample(
                time: time, cores: 4, busySeconds: busy, idleSeconds: idle, ownSeconds: own, stalledSeconds: stalled)
        }
        let first = sample(10, busy: 100, idle: 50, own: 20, stalled: 3)
        let last = sample(12, busy: 107, idle: 51, own: 25, stalled: 4)
        #expect(ProcessorShare(from: first, to: last) == share(others: 1, pressure: 0.5))
        #expect(ProcessorShare(from: first, to: first) == nil)
        // Counters that disagree or run backwards make no strangers.
        let odd = sample(12, busy: 104, idle: 40, own: 25, stalled: 2)
        #expect(ProcessorShare(from: first, to: odd) == share(others: 0, pressure: 0))
        // Without the system's word a full processor is pressure, and one with room is none.
        let full = sample(12, busy: 108, idle: 50, own: 20, stalled: nil)
        #expect(ProcessorShare(from: first, to: full)?.pressure == 1)
        #expect(
            ProcessorShare(from: first, to: sample(12, busy: 101, idle: 57, own: 20, stalled: nil))?.pressure == 0)
    }
}
