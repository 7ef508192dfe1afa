/// What a kind of file calls the tensors of a decoder. Source: the GGUF naming standard; the state
/// dictionaries of transformers.
struct TensorNames: Sendable {
    /// A tensor that every layer may have.
    enum Part: CaseIterable {
        case mixerNorm, query, key, value, attentionOutput, queryNorm, keyNorm
        case feedForwardNorm, gate, up, down
    }

    let embedding: String
    let finalNorm: String
    let output: String
    private let layerPrefix: String
    private let parts: @Sendable (Part) -> String

    func weight(_ part: Part, _ layer: Int) -> String { "\(layerPrefix)\(layer).\(parts(part)).weight" }
    func bias(_ part: Part, _ layer: Int) -> String { "\(layerPrefix)\(layer).\(parts(part)).bias" }

    static let gguf = TensorNames(
        embedding: "token_embd.weight", finalNorm: "output_norm.weight", output: "output.weight", layerPrefix: "blk."
    ) { part in
        switch part {
        case .mixerNorm: "attn_norm"
        case .query: "attn_q"
        case .key: "attn_k"
        case .value: "attn_v"
        case .attentionOutput: "attn_output"
        case .queryNorm: "attn_q_norm"
        case .keyNorm: "attn_k_norm"
        case .feedForwardNorm: "ffn_norm"
        case .gate: "ffn_gate"
        case .up: "ffn_up"
        case .down: "ffn_down"
        }
    }

    static let huggingFace = TensorNames(
        embedding: "model.embed_tokens.weight", finalNorm: "model.norm.weight", output: "lm_head.weight",
        layerPrefix: "model.layers."
    ) { part in
        switch part {
        case .mixerNorm: "input_layernorm"
        case .query: "self_attn.q_proj"
        case .key: "self_attn.k_proj"
        case .value: "self_attn.v_proj"
        case .attentionOutput: "self_attn.o_proj"
        case .queryNorm: "self_attn.q_norm"
        case .keyNorm: "self_attn.k_norm"
        case .feedForwardNorm: "post_attention_layernorm"
        case .gate: "mlp.gate_proj"
        case .up: "mlp.up_proj"
        case .down: "mlp.down_proj"
        }
    }
}
