import Models
import Simulation
import TestSupport
import Testing

@Suite struct SimulatedBackendTests {
    private let clock = VirtualDeviceClock()

    private func backend(_ profile: DeviceProfile = .test(kvTokens: 4096), model: String = "sim") -> SimulatedBackend {
        SimulatedBackend(profile: profile, model: model, clock: clock)
    }

    private func tokens(_ count: Int, seed: UInt64) -> [Int32] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Int32.random(in: 0..<1000, using: &generator) }
    }

    /// The rows of one sequence that runs in pieces of these lengths, beside `others` in each step.
    private func rows(
        _ tokens: [Int32], cuts: [Int], blocks: [Int32], others: [SequenceSlice] = [], on backend: SimulatedBackend
    ) throws -> [[Float]] {
        let logits = Logits(vocabularySize: 1000)
        var rows: [[Float]] = []
        var position = 0
        for cut in cuts {
            let piece = Array(tokens[position..<position + cut])
            let slice = SequenceSlice(tokens: piece, position: position, blocks: blocks, logits: .all)
            let batch = RaggedBatch(slices: others + [slice])
            try backend.forward(batch, into: logits, shouldAbandon: { false })
            let skipped = others.reduce(0) { $0 + $1.logitRowCount }
            rows += (0..<cut).map { Array(logits.row(skipped + $0)) }
            position += cut
        }
        return rows
    }

    @Test func aStepTakesTheProfilesTime() throws {
        let profile = DeviceProfile.test()
        let tokens = tokens(40, seed: 1)
        _ = try rows(tokens, cuts: [30, 1, 9], blocks: [5, 6, 7], on: backend(profile))
        let shapes = [(30, 30), (1, 31), (9, 40)].map { cut, end in
            StepShape(sequences: 1, prefillTokens: cut - 1, contextTokens: end)
        }
        for (wait, shape) in zip(clock.soFar.waits, shapes) {
            #expect(abs(wait - profile.seconds(for: shape)) < 1e-12)
        }
        #expect(clock.soFar.waits.count == 3)
    }

    @Test func logitsDependOnTheTokensAlone() throws {
        let prompt = tokens(60, seed: 2)
        let whole = try rows(prompt, cuts: [60], blocks: [0, 1, 2, 3], on: backend())
        let other = SequenceSlice(tokens: tokens(20, seed: 3), position: 0, blocks: [20, 21], logits: .last)
        let cut = try rows(
            prompt, cuts: [1, 15, 17, 3, 24], blocks: [9, 4, 7, 30], others: [other],
            on: backend(try .named("l4-8b")))
        #expect(whole == cut)
    }

    @Test func oneWrongTokenChangesEverythingAfterIt() throws {
        let prompt = tokens(40, seed: 4)
        var wrong = prompt
        wrong[17] = (wrong[17] + 1) % 1000
        let right = try rows(prompt, cuts: [40], blocks: [0, 1, 2], on: backend())
        let changed = try rows(wrong, cuts: [40], blocks: [0, 1, 2], on: backend())
        for position in 0..<40 { #expect((right[position] == changed[position]) == (position < 17)) }
    }

    @Test func aModelsNameIsPartOfWhatItSays() throws {
        let prompt = tokens(5, seed: 5)
        let (one, two) = (backend(), backend(model: "other"))
        #expect(one.fingerprint != two.fingerprint)
        #expect(
            try rows(prompt, cuts: [5], blocks: [0], on: one) != (try rows(prompt, cuts: [5], blocks: [0], on: two)))
    }

    @Test func anAbandonedStepHasChangedNothing() throws {
        let backend = backend()
        let prompt = tokens(32, seed: 6)
        let before = try rows(prompt, cuts: [32], blocks: [0, 1], on: backend)
        let logits = Logits(vocabularySize: 1000)
        let slice = SequenceSlice(tokens: [1, 2, 3], position: 0, blocks: [0], logits: .last)
        #expect(throws: BackendError.abandoned) {
            try backend.forward(RaggedBatch(slices: [slice]), into: logits, shouldAbandon: { true })
        }
        let next = SequenceSlice(tokens: [prompt[31]], position: 31, blocks: [0, 1], logits: .last)
        try backend.forward(RaggedBatch(slices: [next]), into: logits, shouldAbandon: { false })
        #expect(Array(logits.row(0)) == before[31])
    }

    @Test func aCopiedBlockHoldsTheSamePrefix() throws {
        let backend = backend()
        let prompt = tokens(20, seed: 7)
        let rows = try rows(prompt, cuts: [20], blocks: [0, 1], on: backend)
        backend.copyBlock(from: 0, to: 8)
        let logits = Logits(vocabularySize: 1000)
        let slice = SequenceSlice(tokens: Array(prompt[16...]), position: 16, blocks: [8, 9], logits: .last)
        try backend.forward(RaggedBatch(slices: [slice]), into: logits, shouldAbandon: { false })
        #expect(Array(logits.row(0)) == rows[19])
    }

    @Test func stepsFailAndTheProcessEndsAsTheProfileSays() throws {
        var profile = DeviceProfile.test()
        profile.faults = Faults(failureRate: 0.3, exitAfterSteps: 7)
        let backend = backend(profile)
        let logits = Logits(vocabularySize: 1000)
        let slice = SequenceSlice(tokens: [1], position: 0, blocks: [0], logits: .last)
        for step in 0..<30 {
            #expect(clock.soFar.deaths == (step > 7 ? 1 : 0))
            if profile.fails(step: step) {
                #expect(throws: BackendError.device("simulated failure of step \(step + 1)")) {
                    try backend.forward(RaggedBatch(slices: [slice]), into: logits, shouldAbandon: { false })
                }
            } else {
                try backend.forward(RaggedBatch(slices: [slice]), into: logits, shouldAbandon: { false })
            }
        }
    }

    @Test func aHungStepLastsForEver() throws {
        var profile = DeviceProfile.test()
        profile.faults.hangAfterSteps = 2
        let backend = backend(profile)
        let logits = Logits(vocabularySize: 1000)
        let slice = SequenceSlice(tokens: [1], position: 0, blocks: [0], logits: .last)
        for step in 0..<3 {
            try backend.forward(RaggedBatch(slices: [slice]), into: logits, shouldAbandon: { false })
            #expect(clock.now.isFinite == (step < 2))
        }
    }

    @Test(arguments: [
        (SequenceSlice(tokens: [], position: 0, blocks: [0], logits: .none), BackendError.emptySlice(slice: 0)),
        (
            SequenceSlice(tokens: [1000], position: 0, blocks: [0], logits: .none),
            .token(1000, slice: 0, vocabularySize: 1000)
        ),
        (
            SequenceSlice(tokens: [1], position: 16, blocks: [0], logits: .none),
            .shortBlockTable(blocks: 1, needed: 2, slice: 0)
        ),
        (SequenceSlice(tokens: [1], position: 0, blocks: [256], logits: .none), .block(256, slice: 0, blockCount: 256)),
        (
            SequenceSlice(tokens: [1], position: 4096, blocks: [0], logits: .none),
            .position(first: 4096, count: 1, slice: 0, contextLength: 4096)
        ),
    ])
    func aBadSliceIsRefused(_ slice: SequenceSlice, _ expected: BackendError) {
        let logits = Logits(vocabularySize: 1000)
        #expect(throws: expected) {
            try backend().forward(RaggedBatch(slices: [slice]), into: logits, shouldAbandon: { false })
        }
        #expect(clock.soFar.waits.isEmpty)
    }

    @Test func theSystemsClockAsksUntilItIsTold() {
        var asked = 0
        let isOver = SystemDeviceClock().wait(until: .infinity) {
            asked += 1
            return asked == 4
        }
        #expect(!isOver)
        #expect(asked == 4)
    }

    @Test func theSystemsClockWaitsForItsDeadline() {
        let clock = SystemDeviceClock()
        let deadline = clock.now + 0.003
        #expect(clock.wait(until: deadline) { false })
        #expect(clock.now >= deadline)
    }
}
