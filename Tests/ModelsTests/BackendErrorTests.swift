import Models
import Testing

/// Whatever a batch holds, it runs or is refused by name, and a refused one changes nothing.
@Suite struct BackendErrorTests {
    /// The context of the fixtures is 64 tokens; the store has 64 blocks.
    static let bad: [(SequenceSlice, BackendError)] = [
        (slice([], 0, [0]), .emptySlice(slice: 1)),
        (slice([71], 0, [0]), .token(71, slice: 1, vocabularySize: 71)),
        (slice([-1], 0, [0]), .token(-1, slice: 1, vocabularySize: 71)),
        (slice([1, .max], 0, [0]), .token(.max, slice: 1, vocabularySize: 71)),
        (slice([1], -1, [0]), .position(first: -1, count: 1, slice: 1, contextLength: 64)),
        (slice([1], 64, [0, 1, 2, 3, 4]), .position(first: 64, count: 1, slice: 1, contextLength: 64)),
        (slice([1, 1], 63, [0, 1, 2, 3, 4]), .position(first: 63, count: 2, slice: 1, contextLength: 64)),
        (slice([1], .max, [0]), .position(first: .max, count: 1, slice: 1, contextLength: 64)),
        (slice([1], 0, []), .shortBlockTable(blocks: 0, needed: 1, slice: 1)),
        (slice([1], 16, [0]), .shortBlockTable(blocks: 1, needed: 2, slice: 1)),
        (slice([1], 0, [64]), .block(64, slice: 1, blockCount: 64)),
        (slice([1], 16, [-1, 0]), .block(-1, slice: 1, blockCount: 64)),
        (slice([1], 0, [.min]), .block(.min, slice: 1, blockCount: 64)),
        (slice([1], 0, [7]), .blockWrittenTwice(7, slice: 1)),
        (slice(Array(repeating: 1, count: 32), 0, [0, 0]), .blockWrittenTwice(0, slice: 1)),
    ]

    @Test(arguments: bad.indices) func badBatchesAreRefused(_ index: Int) throws {
        let (slice, error) = BackendErrorTests.bad[index]
        let runner = try Runner(Fixture(name: "qwen2").model())
        let good = BackendErrorTests.slice([5, 6], 0, [7])
        let before = try runner.step([good])
        #expect(throws: error) { try runner.step([good, slice]) }
        #expect(!error.description.isEmpty)
        let next = BackendErrorTests.slice([8], 2, [7])
        let after = try runner.step([next])
        #expect(sameBits(before + after, try runner.run([5, 6, 8], chunks: [3])))
    }

    @Test func aSharedPrefixMayBeReadTogether() throws {
        let runner = try Runner(Fixture(name: "qwen3").model())
        _ = try runner.run(Array(repeating: 3, count: 16), chunks: [16], blocks: [5])
        let rows = try runner.step([
            BackendErrorTests.slice([4], 16, [5, 1]), BackendErrorTests.slice([4], 16, [5, 2]),
        ])
        #expect(sameBits([rows[0]], [rows[1]]))
    }

    @Test func logitsOfAnotherVocabularyAreRefused() throws {
        let runner = try Runner(Fixture(name: "qwen2").model())
        #expect(throws: BackendError.logitsWidth(found: 70, expected: 71)) {
            try runner.backend.forward(RaggedBatch(), into: Logits(vocabularySize: 70), shouldAbandon: { false })
        }
    }

    @Test func impossibleBackendsAreRefused() throws {
        let model = try Fixture(name: "qwen2").model()
        let bytes = CPUBackend.bytesPerBlock(model.spec, kvType: .f16)
        func make(threads: Int = 1, set: InstructionSet = .scalar, blocks: Int = 1) -> BackendSetupError? {
            do {
                _ = try CPUBackend(model: model, threads: threads, instructionSet: set, blockCount: blocks)
                return nil
            } catch { return error }
        }
        #expect(make() == nil)
        #expect(make(threads: 0) == .threads(0))
        #expect(make(threads: .max) == .threads(.max))
        #expect(make(blocks: 0) == .blockCount(0, bytesPerBlock: bytes))
        #expect(make(blocks: -1) == .blockCount(-1, bytesPerBlock: bytes))
        #expect(make(blocks: .max) == .blockCount(.max, bytesPerBlock: bytes))
        for set in InstructionSet.allCases where !InstructionSet.available.contains(set) {
            #expect(make(set: set) == .instructionSet(set))
        }
    }

    static func slice(_ tokens: [Int32], _ position: Int, _ blocks: [Int32]) -> SequenceSlice {
        SequenceSlice(tokens: tokens, position: position, blocks: blocks, logits: .all)
    }
}
