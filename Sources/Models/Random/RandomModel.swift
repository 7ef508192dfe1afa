package import Weights

/// A GGUF file of seeded random weights in the shape of a real model: for benchmarks and tests, where speed and
/// exactness matter and words do not. It has a byte-level tokenizer and a chat template, so that it serves.
package struct RandomModel: Sendable {
    /// "qwen2", "qwen3" or "llama".
    package var architecture = "qwen2"
    package var vocabularySize: Int
    package var hiddenSize: Int
    package var layers: Int
    package var heads: Int
    package var kvHeads: Int
    package var headWidth: Int
    package var feedForwardWidth: Int
    package var contextLength: Int
    package var tiesOutput = true
    /// Type of the matrices. Those whose columns are not whole blocks of it are Q8_0, or F16 where even that
    /// does not fit. Vectors are F32.
    package var type = TensorType.q8_0
    package var seed: UInt64 = 1

    package init(
        vocabularySize: Int, hiddenSize: Int, layers: Int, heads: Int, kvHeads: Int, headWidth: Int,
        feedForwardWidth: Int, contextLength: Int
    ) {
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.layers = layers
        self.heads = heads
        self.kvHeads = kvHeads
        self.headWidth = headWidth
        self.feedForwardWidth = feedForwardWidth
        self.contextLength = contextLength
    }

    /// The sizes of Qwen2.5-0.5B: 494 million weights.
    package static let qwen25Half = RandomModel(
        vocabularySize: 151_936, hiddenSize: 896, layers: 24, heads: 14, kvHeads: 2, headWidth: 64,
        feedForwardWidth: 4864, contextLength: 32_768)

    /// Writes the file, tensor by tensor: memory stays under a megabyte or so beyond the vocabulary.
    ///
    /// - Throws: `ModelError` for sizes that no model can have, and for what the file system refuses.
    package func write(to path: String) throws(ModelError) {
        let tensors = try spec().tensors
        let plans = tensors.map { GGUFTensorPlan($0.name, storedType($0), $0.shape) }
        do {
            var writer = try GGUFWriter(path: path, metadata: metadata, tensors: plans)
            var source = RandomWeights(seed: seed)
            for plan in plans { try source.write(plan, to: &writer) }
            try writer.finish()
        } catch {
            throw .weights(error)
        }
    }

    /// What a reader of the file will make of it.
    private func spec() throws(ModelError) -> ModelSpec {
        guard vocabularySize >= RandomVocabulary.smallest else {
            let rule = "at least \(RandomVocabulary.smallest), for every byte and the special tokens"
            throw .field("vocabularySize", found: "\(vocabularySize)", expected: rule)
        }
        let metadata = GGUFMetadata(modelMetadata)
        let untied = tiesOutput ? nil : [vocabularySize, hiddenSize]
        let shapes = TensorShapes { $0 == TensorNames.gguf.output ? untied : nil }
        return try Families.spec(gguf: { key in metadata[key].map { ConfigValue($0) } }, tensors: shapes)
    }

    private func storedType(_ tensor: TensorRef) -> TensorType {
        guard tensor.shape.count == 2 else { return .f32 }
        return [type, .q8_0].first { tensor.shape[1] % $0.blockWeights == 0 } ?? .f16
    }

    private var metadata: [(String, GGUFValue)] {
        modelMetadata + RandomVocabulary(size: vocabularySize).metadata
    }

    private var modelMetadata: [(String, GGUFValue)] {
        let sizes = [
            ("context_length", contextLength), ("embedding_length", hiddenSize), ("block_count", layers),
            ("feed_forward_length", feedForwardWidth), ("attention.head_count", heads),
            ("attention.head_count_kv", kvHeads), ("attention.key_length", headWidth),
            ("attention.value_length", headWidth), ("vocab_size", vocabularySize),
        ]
        return [("general.architecture", .string(architecture)), ("general.name", .string("random"))]
            + sizes.map { ("\(architecture).\($0.0)", .uint32(UInt32(clamping: $0.1))) }
            + [
                ("\(architecture).rope.freq_base", .float32(1_000_000)),
                ("\(architecture).attention.layer_norm_rms_epsilon", .float32(1e-6)),
            ]
    }
}
