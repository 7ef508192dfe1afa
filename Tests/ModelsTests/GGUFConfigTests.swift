import Models
import TestSupport
import Testing
import Weights

/// Every key of GGUF metadata is hostile until checked, and the error names it.
@Suite struct GGUFConfigTests {
    struct Case: CustomTestStringConvertible {
        let key: String
        let value: GGUFValue?
        /// A key, or a tensor.
        let blames: String
        var testDescription: String { "\(key) = \(value.map { "\($0)" } ?? "absent")" }

        init(_ key: String, _ value: GGUFValue?, _ blames: String? = nil) {
            self.key = key
            self.value = value
            self.blames = blames ?? key
        }
    }

    static let sizes: [Case] = {
        let keys = [
            "embedding_length", "block_count", "context_length", "feed_forward_length", "attention.head_count",
            "attention.head_count_kv", "attention.key_length", "rope.dimension_count", "attention.sliding_window",
        ]
        let values: [GGUFValue] = [
            .uint32(0), .int32(-1), .uint64(.max), .int64(.min), .float32(.nan), .float32(.infinity), .string("64"),
            .bool(true), .array(.ints([64, 64])),
        ]
        return keys.flatMap { key in values.map { Case("llama." + key, $0) } }
    }()

    static let rules = [
        Case("general.architecture", nil), Case("general.architecture", .uint32(1)),
        Case("llama.embedding_length", nil), Case("llama.block_count", nil), Case("llama.context_length", nil),
        Case("llama.feed_forward_length", nil), Case("llama.attention.head_count", nil),
        Case("llama.attention.layer_norm_rms_epsilon", nil),
        Case("llama.attention.layer_norm_rms_epsilon", .float32(.nan)),
        Case("llama.attention.layer_norm_rms_epsilon", .float32(0)),
        Case("llama.attention.head_count_kv", .uint32(3)), Case("llama.attention.key_length", .uint32(8)),
        Case("llama.attention.value_length", .uint32(32)), Case("llama.expert_count", .uint32(8)),
        Case("llama.rope.dimension_count", .uint32(15)), Case("llama.rope.dimension_count", .uint32(18)),
        Case("llama.rope.freq_base", .float32(.infinity)), Case("llama.rope.freq_base", .float32(0)),
        Case("llama.rope.scaling.type", .string("longrope")),
        Case("llama.rope.scaling.type", .string("linear"), "llama.rope.scaling"),
        Case("llama.vocab_size", .uint32(70), "token_embd.weight"), Case("llama.vocab_size", .uint32(0)),
        Case("llama.block_count", .uint32(1), "blk.1."), Case("llama.block_count", .uint32(3), "blk.2."),
        Case("llama.rope.dimension_count", .uint32(8), "rope_freqs.weight"),
    ]

    @Test(arguments: sizes + rules) func badMetadataIsRefusedByName(_ bad: Case) throws {
        let checkpoint = try GGUFTwin(Fixture(name: "llama")).twin(changing: [(bad.key, bad.value)])
        let error = #expect(throws: ModelError.self) { try Model.load(checkpoint) }
        let message = error?.description ?? ""
        #expect(message.contains(bad.blames), "\(message)")
    }

    @Test func unknownArchitecturesListTheSupported() throws {
        let changes = [("general.architecture", GGUFValue?.some(.string("rwkv")))]
        let checkpoint = try GGUFTwin(Fixture(name: "llama")).twin(changing: changes)
        #expect(throws: ModelError.architecture("rwkv", supported: ["llama", "qwen2", "qwen3"])) {
            try Model.load(checkpoint)
        }
    }

    /// Weights without a place in the spec would be left out silently.
    @Test func unusedTensorsAreRefused() throws {
        let checkpoint = try GGUFTwin(Fixture(name: "qwen3")).twin(adding: "blk.0.attn_q.bias")
        #expect(throws: ModelError.unusedTensor("blk.0.attn_q.bias")) { try Model.load(checkpoint) }
    }

    /// Whatever the numbers are, a model loads and runs or is refused; nothing crashes.
    @Test(arguments: ["llama", "qwen2", "qwen3"]) func anyMetadataLoadsOrIsRefused(_ name: String) throws {
        let twin = try GGUFTwin(Fixture(name: name))
        var random = SeededGenerator(seed: 5)
        var loaded = 0
        for _ in 0..<400 {
            let checkpoint = try twin.twin(changing: [twin.mutation(&random)])
            do {
                let model = try Model.load(checkpoint, threads: 1)
                let position = min(model.spec.contextLength, 200) - 1
                let slice = SequenceSlice(tokens: [1], position: position, blocks: Array(0..<13), logits: .all)
                #expect(try Runner(model, threads: 1).step([slice]).count == 1)
                loaded += 1
            } catch let error as ModelError {
                #expect(!error.description.isEmpty)
            }
        }
        #expect(loaded > 0 && loaded < 400)
    }
}
