import Models
import Testing

/// A step can be left at every layer boundary, and nothing before its positions is lost.
@Suite struct AbandonTests {
    @Test(arguments: Fixture.all) func everySafepointCanAbandon(_ fixture: Fixture) throws {
        let model = try fixture.model()
        let tokens = try fixture.tokens()
        let plain = try Runner(model).run(tokens, chunks: [20, 20])
        let safepoints = model.spec.layers.count + 1
        for last in 0..<safepoints {
            let runner = try Runner(model)
            let head = try runner.run(Array(tokens[..<20]), chunks: [20])
            let slice = SequenceSlice(tokens: Array(tokens[20...]), position: 20, blocks: [0, 1, 2], logits: .all)
            #expect(throws: BackendError.abandoned) { try abandon(slice, on: runner, at: last) }
            #expect(sameBits(head + (try runner.step([slice])), plain), "safepoint \(last)")
        }
    }

    @Test func everyLayerAsksOnce() throws {
        let runner = try Runner(Fixture(name: "llama").model())
        var asked = 0
        let slice = SequenceSlice(tokens: [1], position: 0, blocks: [0], logits: .last)
        try runner.backend.forward(RaggedBatch(slices: [slice]), into: runner.logits) {
            asked += 1
            return false
        }
        #expect(asked == runner.backend.spec.layers.count + 1)
    }

    private func abandon(_ slice: SequenceSlice, on runner: Runner, at last: Int) throws {
        var asked = 0
        try runner.backend.forward(RaggedBatch(slices: [slice]), into: runner.logits) {
            defer { asked += 1 }
            return asked == last
        }
    }
}
