import CKernels

/// The memory of a step between embedding and logits, sized to the largest step seen.
final class StepBuffers {
    private var residualBuffer = StepBuffer<Float>()
    private var normedBuffer = StepBuffer<Float>()
    private var deltaBuffer = StepBuffer<Float>()
    private var queryBuffer = StepBuffer<Float>()
    private var keyBuffer = StepBuffer<Float>()
    private var valueBuffer = StepBuffer<Float>()
    private var attendedBuffer = StepBuffer<Float>()
    private var gateBuffer = StepBuffer<Float>()
    private var upBuffer = StepBuffer<Float>()
    private var activationBuffer = StepBuffer<UInt8>()
    private var attentionBuffer = StepBuffer<UInt8>()

    /// The residual stream x, `[tokens × hidden]`.
    var residual: UnsafeMutablePointer<Float> { residualBuffer.base }
    /// norm(x), `[tokens × hidden]`.
    var normed: UnsafeMutablePointer<Float> { normedBuffer.base }
    /// What a mixer or feed-forward adds to x, `[tokens × hidden]`.
    var delta: UnsafeMutablePointer<Float> { deltaBuffer.base }
    /// `[tokens × heads × headWidth]`.
    var query: UnsafeMutablePointer<Float> { queryBuffer.base }
    /// `[tokens × kvHeads × headWidth]`.
    var key: UnsafeMutablePointer<Float> { keyBuffer.base }
    /// `[tokens × kvHeads × headWidth]`.
    var value: UnsafeMutablePointer<Float> { valueBuffer.base }
    /// `[tokens × heads × headWidth]`.
    var attended: UnsafeMutablePointer<Float> { attendedBuffer.base }
    /// `[tokens × feed-forward width]`.
    var gate: UnsafeMutablePointer<Float> { gateBuffer.base }
    /// `[tokens × feed-forward width]`.
    var up: UnsafeMutablePointer<Float> { upBuffer.base }
    /// Quantized input of the running products.
    var activations: UnsafeMutableRawPointer { UnsafeMutableRawPointer(activationBuffer.base) }
    /// Scratch of the attention kernel.
    var attention: UnsafeMutableRawPointer { UnsafeMutableRawPointer(attentionBuffer.base) }

    private let widths: Widths

    init(_ spec: ModelSpec) {
        widths = Widths(spec)
    }

    /// Gives all of it back.
    func release() {
        residualBuffer.release()
        normedBuffer.release()
        deltaBuffer.release()
        queryBuffer.release()
        keyBuffer.release()
        valueBuffer.release()
        attendedBuffer.release()
        gateBuffer.release()
        upBuffer.release()
        activationBuffer.release()
        attentionBuffer.release()
    }

    /// Makes room for a step of `tokens` rows whose positions go up to `lastPosition`.
    func reserve(tokens: Int, lastPosition: Int, pool: OpaquePointer) {
        residualBuffer.reserve(tokens * widths.hidden)
        normedBuffer.reserve(tokens * widths.hidden)
        deltaBuffer.reserve(tokens * widths.hidden)
        queryBuffer.reserve(tokens * widths.query)
        attendedBuffer.reserve(tokens * widths.query)
        keyBuffer.reserve(tokens * widths.key)
        valueBuffer.reserve(tokens * widths.key)
        gateBuffer.reserve(tokens * widths.feedForward)
        upBuffer.reserve(tokens * widths.feedForward)
        activationBuffer.reserve(Activations.scratchBytes(rows: tokens, columns: widths.widestInput))
        // Rounded up, so that a growing sequence does not ask for a little more at every step.
        attentionBuffer.reserve(widths.attentionBytes(lastPosition: lastPosition | 1023, pool: pool))
    }
}

/// The widest rows of any layer.
private struct Widths {
    let hidden: Int
    var query = 0
    var key = 0
    var feedForward = 0
    /// Distinct (heads, kvHeads) of the layers' attention.
    var heads: [(Int, Int)] = []

    init(_ spec: ModelSpec) {
        hidden = spec.hiddenSize
        for layer in spec.layers {
            switch layer.mixer {
            case .attention(let attention): include(attention)
            }
            switch layer.feedForward {
            case .dense(let dense): feedForward = max(feedForward, dense.width)
            }
        }
    }

    private mutating func include(_ attention: AttentionSpec) {
        query = max(query, attention.heads * attention.headWidth)
        key = max(key, attention.kvHeads * attention.headWidth)
        let pair = (attention.heads, attention.kvHeads)
        if !heads.contains(where: { $0 == pair }) { heads.append(pair) }
    }

    /// Columns of the widest matrix a row is multiplied with.
    var widestInput: Int { max(hidden, query, feedForward) }

    func attentionBytes(lastPosition: Int, pool: OpaquePointer) -> Int {
        heads.map { gk_attention_scratch_bytes(pool, $0, $1, lastPosition) }.max() ?? 0
    }
}
