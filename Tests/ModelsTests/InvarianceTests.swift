import Models
import TestSupport
import Testing

/// A row of logits depends on its own sequence alone: not on its company, its blocks or the number of threads.
@Suite struct InvarianceTests {
    @Test(arguments: Fixture.all, KVType.allCases)
    func companyDoesNotMatter(_ fixture: Fixture, _ kvType: KVType) throws {
        let model = try fixture.model()
        let crowd = Crowd(count: 32, vocabulary: model.spec.vocabularySize, seed: 7)
        let together = try crowd.run(on: Runner(model, kvType: kvType, blockCount: 128))
        for (index, tokens) in crowd.sequences.enumerated() {
            let alone = try Runner(model, kvType: kvType).run(tokens, chunks: [tokens.count])
            #expect(sameBits(alone, together[index]), "sequence \(index) of \(tokens.count) tokens")
        }
    }

    @Test(arguments: Fixture.all) func blocksMayLieAnywhere(_ fixture: Fixture) throws {
        let model = try fixture.model()
        let tokens = try fixture.tokens()
        let inOrder = try Runner(model).run(tokens, chunks: [17, 16, 7])
        for blocks: [Int32] in [[9, 2, 61], [63, 0, 31], [2, 1, 0, 5, 9]] {
            #expect(sameBits(try Runner(model).run(tokens, chunks: [16, 1, 23], blocks: blocks), inOrder))
        }
    }

    /// What an earlier owner left in a block is never seen.
    @Test(arguments: Fixture.all) func reusedBlocksAreClean(_ fixture: Fixture) throws {
        let runner = try Runner(fixture.model())
        let tokens = try fixture.tokens()
        let first = try runner.run(tokens, chunks: [40])
        _ = try runner.run(tokens.reversed(), chunks: [40], blocks: [2, 1, 0])
        #expect(sameBits(try runner.run(tokens, chunks: [3, 37]), first))
    }

    /// A block's bytes are all there is to it: copied elsewhere, they serve another sequence.
    @Test(arguments: KVType.allCases) func copiedBlocksServe(_ kvType: KVType) throws {
        let fixture = Fixture(name: "qwen3")
        let runner = try Runner(fixture.model(), kvType: kvType)
        let tokens = try fixture.tokens()
        let all = try runner.run(tokens, chunks: [21, 19], blocks: [0, 1, 2])
        for (source, target) in [(0, 40), (1, 17)] { runner.backend.copyBlock(from: Int32(source), to: Int32(target)) }
        let rest = SequenceSlice(tokens: Array(tokens[21...]), position: 21, blocks: [40, 17, 50], logits: .all)
        #expect(sameBits(try runner.step([rest]), Array(all[21...])))
    }

    @Test(arguments: Fixture.all) func onlyTheAskedRowsComeBack(_ fixture: Fixture) throws {
        let runner = try Runner(fixture.model())
        let tokens = try fixture.tokens()
        let all = try runner.run(tokens, chunks: [40])
        func slice(_ logits: LogitRows, _ blocks: [Int32]) -> SequenceSlice {
            SequenceSlice(tokens: tokens, position: 0, blocks: blocks, logits: logits)
        }
        let rows = try runner.step([slice(.last, [0, 1, 2]), slice(.none, [3, 4, 5]), slice(.all, [6, 7, 8])])
        #expect(sameBits(rows, [all[39]] + all))
        #expect(try runner.step([slice(.none, [3, 4, 5])]).isEmpty)
    }

    @Test func anEmptyBatchGivesNoRows() throws {
        #expect(try Runner(Fixture(name: "qwen2").model()).step([]).isEmpty)
    }
}
