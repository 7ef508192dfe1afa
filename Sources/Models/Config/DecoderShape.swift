/// The numbers that tell one Llama-shaped decoder from another: what a family reads from a config.
///
/// `init(gguf:)` and `init(huggingFace:)` read what all families share; a family then sets what is its own.
struct DecoderShape {
    /// Linear maps that have a bias.
    struct Biases: OptionSet {
        let rawValue: Int
        static let queryKeyValue = Biases(rawValue: 1)
        static let attentionOutput = Biases(rawValue: 2)
        static let feedForward = Biases(rawValue: 4)
    }

    var architecture: String
    var vocabularySize: Int
    var hiddenSize: Int
    var contextLength: Int
    var heads: Int
    var kvHeads: Int
    var headWidth: Int
    var feedForwardWidth: Int
    var epsilon: Float
    var rotary: RotarySpec
    /// The sliding window of each layer, nil where it sees everything.
    var windows: [Int?]
    var biases: Biases = []
    /// RMS norms over each head of q and k.
    var normsQueryAndKey = false
    /// The output product uses the embedding's weights.
    var tiesOutput: Bool
    var names: TensorNames

    var layerCount: Int { windows.count }

    func spec() -> ModelSpec {
        let embedding = TensorRef(names.embedding, vocabularySize, hiddenSize)
        return ModelSpec(
            architecture: architecture, vocabularySize: vocabularySize, hiddenSize: hiddenSize,
            contextLength: contextLength, embedding: embedding, layers: (0..<layerCount).map(layer),
            finalNorm: NormSpec(weight: TensorRef(names.finalNorm, hiddenSize), epsilon: epsilon),
            output: tiesOutput ? embedding : TensorRef(names.output, vocabularySize, hiddenSize))
    }

    private func layer(_ index: Int) -> LayerSpec {
        LayerSpec(
            mixerNorm: norm(.mixerNorm, index, width: hiddenSize), mixer: .attention(attention(index)),
            feedForwardNorm: norm(.feedForwardNorm, index, width: hiddenSize), feedForward: .dense(dense(index)))
    }

    private func attention(_ index: Int) -> AttentionSpec {
        let queryWidth = heads * headWidth
        let keyWidth = kvHeads * headWidth
        return AttentionSpec(
            heads: heads, kvHeads: kvHeads, headWidth: headWidth, window: windows[index], rotary: rotary,
            query: linear(.query, index, queryWidth, hiddenSize, .queryKeyValue),
            key: linear(.key, index, keyWidth, hiddenSize, .queryKeyValue),
            value: linear(.value, index, keyWidth, hiddenSize, .queryKeyValue),
            output: linear(.attentionOutput, index, hiddenSize, queryWidth, .attentionOutput),
            queryNorm: normsQueryAndKey ? norm(.queryNorm, index, width: headWidth) : nil,
            keyNorm: normsQueryAndKey ? norm(.keyNorm, index, width: headWidth) : nil)
    }

    private func dense(_ index: Int) -> DenseSpec {
        DenseSpec(
            width: feedForwardWidth,
            gate: linear(.gate, index, feedForwardWidth, hiddenSize, .feedForward),
            up: linear(.up, index, feedForwardWidth, hiddenSize, .feedForward),
            down: linear(.down, index, hiddenSize, feedForwardWidth, .feedForward))
    }

    private func norm(_ part: TensorNames.Part, _ layer: Int, width: Int) -> NormSpec {
        NormSpec(weight: TensorRef(names.weight(part, layer), width), epsilon: epsilon)
    }

    private func linear(
        _ part: TensorNames.Part, _ layer: Int, _ rows: Int, _ columns: Int, _ bias: Biases
    ) -> LinearSpec {
        LinearSpec(
            weight: TensorRef(names.weight(part, layer), rows, columns),
            bias: biases.contains(bias) ? TensorRef(names.bias(part, layer), rows) : nil)
    }
}
