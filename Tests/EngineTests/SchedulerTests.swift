import Engine
import TestSupport
import Testing

@Suite struct SchedulerTests {
    private func scheduler(batch: Int = 8, sequences: Int = 8, blocks: Int = 16, blockTokens: Int = 4) -> Scheduler {
        Scheduler(
            limits: .init(batchTokens: batch, sequences: sequences),
            cache: KVCache(blockCount: blocks, blockTokens: blockTokens))
    }

    private func sequence(_ id: Int, _ prompt: Range<Int32>, priority: Int = 0) -> SequenceState {
        SequenceState(
            id: id, prompt: Array(prompt), priority: priority, arrival: id,
            root: .root(salt: "", fingerprint: "m"))
    }

    /// Runs a step and gives every sequence that reached its end the token 1000 + id.
    @discardableResult private func step(_ scheduler: inout Scheduler) throws -> StepPlan {
        let plan = scheduler.schedule()
        scheduler.commit(plan)
        for entry in plan.entries where entry.isLast { scheduler.append(Int32(1000 + entry.id), to: entry.id) }
        try scheduler.checkIntegrity()
        return plan
    }

    @Test func cutsALongPromptIntoChunksOfTheBudget() throws {
        var scheduler = scheduler(batch: 8)
        scheduler.add(sequence(0, 0..<20))
        #expect(try step(&scheduler).entries == [.init(id: 0, range: 0..<8, isLast: false)])
        #expect(try step(&scheduler).entries == [.init(id: 0, range: 8..<16, isLast: false)])
        #expect(try step(&scheduler).entries == [.init(id: 0, range: 16..<20, isLast: true)])
        #expect(try step(&scheduler).entries == [.init(id: 0, range: 20..<21, isLast: true)])
    }

    @Test func decodesComeBeforePrefills() throws {
        var scheduler = scheduler(batch: 8)
        scheduler.add(sequence(0, 0..<4))
        try step(&scheduler)
        scheduler.add(sequence(1, 100..<120))
        #expect(
            try step(&scheduler).entries == [
                .init(id: 0, range: 4..<5, isLast: true), .init(id: 1, range: 0..<7, isLast: false),
            ])
        scheduler.add(sequence(2, 200..<203))
        #expect(try step(&scheduler).entries.map(\.id) == [0, 1])
    }

    @Test func firstComeFirstServedInsideAClass() throws {
        var scheduler = scheduler(batch: 4)
        for (id, priority) in [(0, 1), (1, 0), (2, 1), (3, 0)] {
            let start = Int32(id * 100)
            scheduler.add(sequence(id, start..<start + 4, priority: priority))
        }
        #expect(scheduler.waiting.map(\.id) == [1, 3, 0, 2])
        #expect(try step(&scheduler).entries.map(\.id) == [1])
    }

    @Test func aPrefixHitSkipsItsBlocksButNeverTheLastToken() throws {
        var scheduler = scheduler(batch: 16)
        scheduler.add(sequence(0, 0..<8))
        try step(&scheduler)
        scheduler.finish(0)
        scheduler.add(sequence(1, 0..<8))
        let plan = try step(&scheduler)
        #expect(plan.admitted == [.init(id: 1, cachedTokens: 4)])
        #expect(plan.entries == [.init(id: 1, range: 4..<8, isLast: true)])
        scheduler.add(sequence(2, 0..<9))
        #expect(try step(&scheduler).admitted == [.init(id: 2, cachedTokens: 8)])
    }

    @Test func equalPromptsSideBySideAreComputedOnce() throws {
        var scheduler = scheduler(batch: 16)
        for id in 0..<3 { scheduler.add(sequence(id, 0..<9)) }
        #expect(try step(&scheduler).entries == [.init(id: 0, range: 0..<9, isLast: true)])
        let plan = try step(&scheduler)
        #expect(plan.admitted == [.init(id: 1, cachedTokens: 8), .init(id: 2, cachedTokens: 8)])
        #expect(plan.entries.map(\.range) == [9..<10, 8..<9, 8..<9])
    }

    @Test func outOfBlocksTheNewestOfTheLowestClassGivesWay() throws {
        var scheduler = scheduler(batch: 64, blocks: 8)
        scheduler.add(sequence(0, 0..<8, priority: 0))
        scheduler.add(sequence(1, 100..<106, priority: 1))
        scheduler.add(sequence(2, 200..<206, priority: 1))
        try step(&scheduler)
        #expect(scheduler.running.map(\.id) == [0, 1, 2])
        var victims: [Int] = []
        while victims.isEmpty { victims = try step(&scheduler).preempted }
        #expect(victims == [2])
        #expect(scheduler.waiting.map(\.id) == [2])
        #expect(scheduler.sequence(2)?.computed == 0)
        // Its tokens, generated ones included, are kept and run again later.
        #expect((scheduler.sequence(2)?.tokens.count ?? 0) > 6)
    }

    @Test func aMoreUrgentArrivalTakesThePlaceOfALowerClass() throws {
        var scheduler = scheduler(batch: 64, sequences: 1)
        scheduler.add(sequence(0, 0..<4, priority: 5))
        try step(&scheduler)
        scheduler.add(sequence(1, 100..<104, priority: 5))
        #expect(try step(&scheduler).preempted.isEmpty)
        scheduler.add(sequence(2, 200..<204, priority: 1))
        let plan = try step(&scheduler)
        #expect(plan.preempted == [0] && plan.admitted.map(\.id) == [2])
        #expect(scheduler.waiting.map(\.id) == [0, 1])
    }

    /// Any load, any cache size: budgets hold, books balance, ranges join up and everybody ends.
    @Test(arguments: 0..<40) func everySequenceEndsUnderRandomLoad(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let limits = Scheduler.Limits(
            batchTokens: .random(in: 1...24, using: &random), sequences: .random(in: 1...6, using: &random))
        var scheduler = Scheduler(
            limits: limits, cache: KVCache(blockCount: .random(in: 8...24, using: &random), blockTokens: 4))
        var wanted: [Int: Int] = [:]
        var next = 0
        for round in 0..<3_000 {
            if next < 30, Bool.random(using: &random) {
                let (start, length) = (
                    Int32.random(in: 0..<2, using: &random) * 100, Int32.random(in: 1...20, using: &random)
                )
                scheduler.add(sequence(next, start..<start + length, priority: .random(in: 0...2, using: &random)))
                wanted[next] = Int(length) + .random(in: 1...10, using: &random)
                next += 1
            }
            if Int.random(in: 0..<40, using: &random) == 0, let id = wanted.keys.sorted().randomElement(using: &random)
            {
                scheduler.finish(id)
                wanted[id] = nil
            }
            let plan = scheduler.schedule()
            #expect(plan.tokenCount <= limits.batchTokens && scheduler.running.count <= limits.sequences)
            #expect(Set(plan.entries.map(\.id)).count == plan.entries.count)
            for entry in plan.entries {
                let state = try #require(scheduler.sequence(entry.id))
                #expect(state.computed == entry.range.lowerBound)
                #expect(state.blocks.count * 4 >= entry.range.upperBound)
            }
            #expect(!plan.entries.isEmpty || scheduler.isIdle, "work is left and nothing runs in round \(round)")
            scheduler.commit(plan)
            for entry in plan.entries where entry.isLast {
                scheduler.append(7, to: entry.id)
                let count = try #require(scheduler.sequence(entry.id)).tokens.count
                if count == wanted[entry.id] {
                    scheduler.finish(entry.id)
                    wanted[entry.id] = nil
                }
            }
            try scheduler.checkIntegrity()
        }
        #expect(scheduler.isIdle && wanted.isEmpty)
        #expect(scheduler.cache.inUseCount == 0)
    }
}
