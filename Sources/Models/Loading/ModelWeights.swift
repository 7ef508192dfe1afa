import Weights

/// The weights of a model, in the shape of its spec.
struct ModelWeights: Sendable {
    /// `[vocabularySize × hiddenSize]`, mapped: a step reads one row a token.
    let embedding: Tensor
    let layers: [LayerWeights]
    let finalNorm: NormWeights
    /// `[vocabularySize × hiddenSize]`, packed even when it is the embedding too.
    let output: LinearWeights
    /// The divisors of rotary frequencies by tensor name.
    let divisors: [String: [Float]]

    func divisors(of rotary: RotarySpec) -> [Float] {
        if case .divisors(let tensor) = rotary.scaling { divisors[tensor.name] ?? [] } else { [] }
    }
}

/// See `LayerSpec`.
struct LayerWeights: Sendable {
    let mixerNorm: NormWeights
    let mixer: MixerWeights
    let feedForwardNorm: NormWeights
    let feedForward: FeedForwardWeights
}

enum MixerWeights: Sendable {
    case attention(AttentionWeights)
}

enum FeedForwardWeights: Sendable {
    case dense(DenseWeights)
}

/// See `AttentionSpec`.
struct AttentionWeights: Sendable {
    let spec: AttentionSpec
    let query, key, value, output: LinearWeights
    let queryNorm, keyNorm: NormWeights?
}

/// See `DenseSpec`.
struct DenseWeights: Sendable {
    let spec: DenseSpec
    let gate, up, down: LinearWeights
}

struct LinearWeights: Sendable {
    let matrix: PackedMatrix
    let bias: FloatVector?
}

struct NormWeights: Sendable {
    let weight: FloatVector
    let epsilon: Float
}
