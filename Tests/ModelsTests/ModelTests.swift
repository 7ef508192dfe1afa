import JSON
import Models
import Testing
import Weights

/// What identifies a model, and what it costs.
@Suite struct ModelTests {
    @Test(arguments: Fixture.all) func loadingAgainGivesTheSameFingerprint(_ fixture: Fixture) throws {
        #expect(try fixture.model().fingerprint == fixture.model().fingerprint)
    }

    @Test func modelsHaveTheirOwnFingerprints() throws {
        var prints = try Fixture.all.map { try $0.model().fingerprint }
        prints += try Fixture.all.map { try Model.load(GGUFTwin($0).twin()).fingerprint }
        let folder = try ConfigFolder(Fixture(name: "mistral"), [("sliding_window", 8)])
        prints.append(try Model.load(folder.checkpoint()).fingerprint)
        #expect(Set(prints).count == prints.count)
    }

    @Test func fineTunesHaveTheirOwnFingerprints() throws {
        let prints = try (UInt64(0)..<8).map { seed in
            var random = RandomModel(
                vocabularySize: 300, hiddenSize: 64, layers: 1, heads: 1, kvHeads: 1, headWidth: 64,
                feedForwardWidth: 64, contextLength: 64)
            random.seed = seed
            let file = TemporaryFile("model.gguf")
            try random.write(to: file.path)
            return try Model.load(Checkpoint.open(file.path)).fingerprint
        }
        #expect(Set(prints).count == 8)
    }

    /// A block of 16-bit keys means nothing to a backend with 32-bit ones.
    @Test func theKVTypeIsPartOfABackendsFingerprint() throws {
        let model = try Fixture(name: "qwen3").model()
        let prints = try KVType.allCases.map { try Runner(model, kvType: $0).backend.fingerprint }
        #expect(Set(prints).count == 2 && prints.allSatisfy { $0.hasPrefix(model.fingerprint) })
    }

    @Test func blocksHoldAllLayers() throws {
        let model = try Fixture(name: "llama").model()
        // 2 layers × keys and values × 2 heads × 16 values × 16 tokens.
        #expect(CPUBackend.bytesPerBlock(model.spec, kvType: .f32) == 2 * 2 * 2 * 16 * 16 * 4)
        #expect(CPUBackend.bytesPerBlock(model.spec, kvType: .f16) == 2 * 2 * 2 * 16 * 16 * 2)
        #expect(try Runner(model, kvType: .f16).backend.bytesPerBlock == 4096)
    }

    /// Far more KV than any machine has memory: only blocks that are written cost anything.
    @Test func unusedBlocksCostNothing() throws {
        let blocks = 1 << 22
        let runner = try Runner(Fixture(name: "llama").model(), kvType: .f32, blockCount: blocks)
        let last = Int32(blocks - 1)
        let rows = try runner.run([1, 2, 3], chunks: [3], blocks: [last])
        #expect(sameBits(rows, try runner.run([1, 2, 3], chunks: [1, 2], blocks: [0])))
    }

    @Test func spoiledDivisorsAreRefused() throws {
        #expect(throws: ModelError.self) { try Model.load(GGUFTwin(Fixture(name: "llama")).twin(divisor: .nan)) }
        #expect(throws: ModelError.self) { try Model.load(GGUFTwin(Fixture(name: "llama")).twin(divisor: 0)) }
    }
}
