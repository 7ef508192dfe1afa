import CKernels
import Weights

/// One forward pass over the rows that are laid out. T is the number of rows.
extension CPUBackend {
    func run(_ weights: ModelWeights, into logits: Logits) throws(BackendError) {
        let rows = layout.tokenCount
        let x = buffers.residual
        embed(weights.embedding, into: x)
        for (index, layer) in weights.layers.enumerated() {
            try device.checkpoint()
            device.norm(x, layer.mixerNorm, rows: rows, into: buffers.normed)
            mix(layer.mixer, layer: index)
            device.add(buffers.delta, to: x, count: rows * spec.hiddenSize)
            device.norm(x, layer.feedForwardNorm, rows: rows, into: buffers.normed)
            feedForward(layer.feedForward)
            device.add(buffers.delta, to: x, count: rows * spec.hiddenSize)
        }
        try device.checkpoint()
        project(weights, into: logits)
    }

    /// tokens → x `[T × hidden]`
    private func embed(_ embedding: Tensor, into x: UnsafeMutablePointer<Float>) {
        for (row, token) in layout.tokens.enumerated() {
            let target = UnsafeMutableBufferPointer(start: x + row * spec.hiddenSize, count: spec.hiddenSize)
            embedding.floats(row: Int(token), into: target)
        }
    }

    /// normed `[T × hidden]` → delta `[T × hidden]`
    private func mix(_ mixer: MixerWeights, layer: Int) {
        switch mixer {
        case .attention(let weights): attend(weights, layer: layer)
        }
    }

    private func attend(_ weights: AttentionWeights, layer: Int) {
        let spec = weights.spec
        let rows = layout.tokenCount
        var input = activations(buffers.normed, columns: self.spec.hiddenSize)
        device.product(&input, weights.query, into: buffers.query)  // q [T × heads · headWidth]
        device.product(&input, weights.key, into: buffers.key)  // k [T × kvHeads · headWidth]
        device.product(&input, weights.value, into: buffers.value)  // v [T × kvHeads · headWidth]
        turn(buffers.query, weights.queryNorm, heads: spec.heads, spec)
        turn(buffers.key, weights.keyNorm, heads: spec.kvHeads, spec)
        var cache = store.layer(layer)
        gk_kv_write(device.kernels, device.pool, &cache, layout.rows, rows, buffers.key, buffers.value)
        gk_attention(
            device.kernels, device.pool, &cache, layout.rows, rows, buffers.query, spec.heads, spec.scale,
            spec.window ?? 0, buffers.attended, buffers.attention)
        var attended = activations(buffers.attended, columns: spec.heads * spec.headWidth)
        device.product(&attended, weights.output, into: buffers.delta)
    }

    /// Normalizes (Qwen3) and rotates the heads of q or k in place.
    private func turn(_ x: UnsafeMutablePointer<Float>, _ norm: NormWeights?, heads: Int, _ spec: AttentionSpec) {
        let rows = layout.tokenCount
        if let norm { device.norm(x, norm, rows: rows * heads, into: x) }
        guard let table = rotaries[spec.rotary] else { preconditionFailure("every layer's rotary has a table") }
        device.rotate(x, table, rows: rows, heads: heads, headWidth: spec.headWidth)
    }

    /// normed `[T × hidden]` → delta `[T × hidden]`
    private func feedForward(_ weights: FeedForwardWeights) {
        switch weights {
        case .dense(let weights):
            var input = activations(buffers.normed, columns: spec.hiddenSize)
            device.product(&input, weights.gate, into: buffers.gate)  // [T × width]
            device.product(&input, weights.up, into: buffers.up)  // [T × width]
            device.swiglu(buffers.gate, buffers.up, count: layout.tokenCount * weights.spec.width)
            var gated = activations(buffers.gate, columns: weights.spec.width)
            device.product(&gated, weights.down, into: buffers.delta)
        }
    }

    /// x `[T × hidden]` → logits `[rows that need them × vocabulary]`
    private func project(_ weights: ModelWeights, into logits: Logits) {
        let rows = layout.logitRowCount
        let out = logits.begin(rows: rows)
        guard rows > 0 else { return }
        let width = spec.hiddenSize
        for (index, row) in layout.logitRows.enumerated() {
            (buffers.normed + index * width).update(from: buffers.residual + Int(row) * width, count: width)
        }
        device.norm(buffers.normed, weights.finalNorm, rows: rows, into: buffers.normed)
        var input = activations(buffers.normed, columns: width, rows: rows)
        device.product(&input, weights.output, into: out)
    }

    private func activations(_ values: UnsafePointer<Float>, columns: Int, rows: Int? = nil) -> Activations {
        Activations(
            values, rows: rows ?? layout.tokenCount, columns: columns, scratch: buffers.activations, on: device)
    }
}
