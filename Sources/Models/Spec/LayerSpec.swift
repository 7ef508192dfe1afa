/// One pre-norm layer: `x += mixer(norm(x))`, then `x += feedForward(norm(x))`.
package struct LayerSpec: Sendable, Equatable {
    package var mixerNorm: NormSpec
    package var mixer: Mixer
    package var feedForwardNorm: NormSpec
    package var feedForward: FeedForward
}

/// The part of a layer that moves information between tokens.
package enum Mixer: Sendable, Equatable {
    case attention(AttentionSpec)
}

/// The part of a layer that works on each token alone.
package enum FeedForward: Sendable, Equatable {
    case dense(DenseSpec)
}

/// Grouped-query attention with rotary position embedding.
/// Source: Ainslie et al. 2023 (GQA), Su et al. 2021 (RoPE).
package struct AttentionSpec: Sendable, Equatable {
    package var heads: Int
    /// Heads of keys and values; divides `heads`.
    package var kvHeads: Int
    /// Values in one head of q, k and v.
    package var headWidth: Int
    /// Positions a token sees, its own included; nil means all before it.
    package var window: Int?
    package var rotary: RotarySpec
    /// `[heads · headWidth × hidden]`.
    package var query: LinearSpec
    /// `[kvHeads · headWidth × hidden]`.
    package var key: LinearSpec
    /// `[kvHeads · headWidth × hidden]`.
    package var value: LinearSpec
    /// `[hidden × heads · headWidth]`.
    package var output: LinearSpec
    /// RMS norm over each head of q before the rotation (Qwen3).
    package var queryNorm: NormSpec?
    /// RMS norm over each head of k before the rotation (Qwen3).
    package var keyNorm: NormSpec?

    /// What q·k is multiplied by before the softmax.
    package var scale: Float { 1 / Float(headWidth).squareRoot() }
}

/// SwiGLU: `down(silu(gate(x)) · up(x))`. Source: Shazeer 2020.
package struct DenseSpec: Sendable, Equatable {
    /// Rows of `gate` and `up`, columns of `down`.
    package var width: Int
    package var gate: LinearSpec
    package var up: LinearSpec
    package var down: LinearSpec
}

extension LayerSpec {
    /// Every tensor the layer names.
    var tensors: [TensorRef] {
        [mixerNorm.weight] + mixer.tensors + [feedForwardNorm.weight] + feedForward.tensors
    }
}

extension Mixer {
    fileprivate var tensors: [TensorRef] {
        switch self {
        case .attention(let attention): attention.tensors
        }
    }
}

extension AttentionSpec {
    fileprivate var tensors: [TensorRef] {
        let norms = [queryNorm, keyNorm].compactMap { $0?.weight }
        return [query, key, value, output].flatMap(\.tensors) + norms + rotary.tensors
    }
}

extension FeedForward {
    fileprivate var tensors: [TensorRef] {
        switch self {
        case .dense(let dense): [dense.gate, dense.up, dense.down].flatMap(\.tensors)
        }
    }
}

extension LinearSpec {
    fileprivate var tensors: [TensorRef] { [weight] + (bias.map { [$0] } ?? []) }
}

extension RotarySpec {
    fileprivate var tensors: [TensorRef] {
        if case .divisors(let tensor) = scaling { [tensor] } else { [] }
    }
}
