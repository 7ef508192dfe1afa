import Models
import Testing

/// A step can be left at every safepoint, and nothing before its positions is lost.
@Suite struct AbandonTests {
    @Test(arguments: Fixture.all, [1, 3]) func everySafepointCanAbandon(_ fixture: Fixture, threads: Int) throws {
        let model = try fixture.model()
        let tokens = try fixture.tokens()
        let plain = try Runner(model).run(tokens, chunks: [20, 20])
        let slice = SequenceSlice(tokens: Array(tokens[20...]), position: 20, blocks: [0, 1, 2], logits: .all)
        let runner = try Runner(model, threads: threads)
        let head = try runner.run(Array(tokens[..<20]), chunks: [20])
        var safepoints = 0
        // Where a step comes to its end first, there are no more.
        while try isAbandoned(slice, on: runner, at: safepoints) {
            #expect(sameBits(head + (try runner.step([slice])), plain), "safepoint \(safepoints)")
            safepoints += 1
        }
        #expect(safepoints > 5 * model.spec.layers.count, "inside the layers, too")
    }

    @Test func everyLayerAsks() throws {
        let runner = try Runner(Fixture(name: "llama").model())
        var asked = 0
        let slice = SequenceSlice(tokens: [1], position: 0, blocks: [0], logits: .last)
        try runner.backend.forward(RaggedBatch(slices: [slice]), into: runner.logits) {
            asked += 1
            return false
        }
        #expect(asked > runner.backend.spec.layers.count)
    }

    /// What was given back is made again, bit for bit, also when that was given up halfway.
    @Test(arguments: Fixture.all) func releasedMemoryIsRestored(_ fixture: Fixture) throws {
        let tokens = try fixture.tokens()
        let runner = try Runner(fixture.model())
        let plain = try runner.run(tokens, chunks: [40])
        runner.backend.releaseMemory()
        runner.logits.release()
        #expect(throws: BackendError.self, "no step without weights") { try runner.run([1], chunks: [1]) }
        for last in 0..<5 {
            var asked = 0
            #expect(throws: BackendError.abandoned) {
                try runner.backend.restoreMemory {
                    defer { asked += 1 }
                    return asked == last
                }
            }
        }
        try runner.backend.restoreMemory { false }
        try runner.backend.restoreMemory { true }
        #expect(sameBits(try runner.run(tokens, chunks: [40]), plain))
    }

    private func isAbandoned(_ slice: SequenceSlice, on runner: Runner, at last: Int) throws -> Bool {
        var asked = 0
        do {
            try runner.backend.forward(RaggedBatch(slices: [slice]), into: runner.logits) {
                defer { asked += 1 }
                return asked == last
            }
            return false
        } catch BackendError.abandoned {
            return true
        }
    }
}
