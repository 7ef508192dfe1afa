/// A tensor of the checkpoint by name, with the shape the spec needs it to have.
package struct TensorRef: Sendable, Hashable {
    /// The name in the checkpoint: "blk.0.attn_q.weight" or "model.layers.0.self_attn.q_proj.weight".
    package var name: String
    /// Row-major: `[rows, columns]` of a matrix, `[width]` of a vector.
    package var shape: [Int]

    package init(_ name: String, _ shape: Int...) {
        self.name = name
        self.shape = shape
    }
}

/// A linear map `y = x Wᵀ (+ bias)`; the weight is `[rows × columns]`, the bias `[rows]`.
package struct LinearSpec: Sendable, Equatable {
    package var weight: TensorRef
    package var bias: TensorRef?

    package var rows: Int { weight.shape[0] }
    package var columns: Int { weight.shape[1] }
}

/// An RMS norm: `x / sqrt(mean(x²) + epsilon) · weight`. Source: Zhang & Sennrich 2019.
package struct NormSpec: Sendable, Equatable {
    package var weight: TensorRef
    package var epsilon: Float

    package init(weight: TensorRef, epsilon: Float) {
        self.weight = weight
        self.epsilon = epsilon
    }
}
