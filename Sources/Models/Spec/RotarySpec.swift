import Glibc

/// Rotary position embedding of one head: which values pair up, and how fast each pair turns.
package struct RotarySpec: Sendable, Hashable {
    /// Which two values of a head form a pair.
    package enum Layout: Sendable, Hashable {
        /// Pairs (i, i + width/2): Hugging Face, and GGUF except Llama.
        case halves
        /// Pairs (2i, 2i + 1): GGUF files of the Llama family, whose q and k rows are permuted to match.
        case pairs
    }

    /// How a model trained on short contexts is stretched to longer ones.
    package enum Scaling: Sendable, Hashable {
        case none
        /// Every frequency divided by `factor` (Chen et al. 2023).
        case linear(factor: Double)
        /// Llama 3.1: long waves divided by `factor`, short ones kept, a linear blend between.
        case llama3(factor: Double, lowFrequency: Double, highFrequency: Double, originalContext: Double)
        /// YaRN (Peng et al. 2023).
        case yarn(YarnScaling)
        /// Frequency i divided by value i of a tensor `[width/2]` (GGUF `rope_freqs.weight`).
        case divisors(TensorRef)
    }

    package var layout: Layout
    /// Values of a head that are rotated, from its start; even.
    package var width: Int
    /// θ: pair i turns θ^(-2i/width) radians a position.
    package var base: Double
    package var scaling: Scaling
}

/// The numbers of YaRN, named as in the paper.
package struct YarnScaling: Sendable, Hashable {
    /// s: new context over original context.
    package var factor: Double
    package var originalContext: Double
    /// β: pairs that turn more often than this within the original context keep their frequency.
    package var betaFast: Double
    /// α: pairs that turn less often than this are divided by `factor`.
    package var betaSlow: Double
    /// What cosine and sine are multiplied by.
    package var attentionFactor: Double
    /// Whether the bounds of the ramp are rounded to whole pairs.
    package var truncates: Bool
}

extension YarnScaling {
    /// The paper's values for everything but the two lengths.
    init(factor: Double, originalContext: Double) {
        self.init(
            factor: factor, originalContext: originalContext, betaFast: 32, betaSlow: 1, attentionFactor: 1,
            truncates: true)
        attentionFactor = YarnScaling.attentionScale(factor, 1)
    }

    /// The attention factor of configs that name `mscale` and `mscale_all_dim` (DeepSeek's refinement).
    mutating func setAttentionFactor(scale: Double, overAll all: Double) {
        guard scale > 0, all > 0 else { return }
        attentionFactor = YarnScaling.attentionScale(factor, scale) / YarnScaling.attentionScale(factor, all)
    }

    /// Section 3.4 of the paper: 0.1 ln(s) + 1.
    private static func attentionScale(_ factor: Double, _ scale: Double) -> Double {
        factor <= 1 ? 1 : 0.1 * scale * log(factor) + 1
    }
}
