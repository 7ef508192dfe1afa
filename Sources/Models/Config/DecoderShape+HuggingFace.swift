/// What a `config.json` says about any Llama-shaped decoder. Defaults are those of transformers.
extension DecoderShape {
    /// - Parameter headWidth: a head's width where the config has none; nil: the hidden size over the heads.
    init(huggingFace fields: Fields, architecture: String, headWidth given: Int? = nil) throws(ModelError) {
        let hidden = try fields.integer("hidden_size", Limits.hidden)
        let heads = try fields.integer("num_attention_heads", Limits.heads)
        let layers = try fields.integer("num_hidden_layers", Limits.layers)
        self.architecture = architecture
        self.heads = heads
        names = .huggingFace
        hiddenSize = hidden
        vocabularySize = try fields.integer("vocab_size", Limits.vocabulary)
        kvHeads = try DecoderShape.kvHeads(fields, "num_key_value_heads", heads: heads)
        headWidth = try DecoderShape.headWidth(fields, "head_dim", otherwise: given, hidden: hidden, heads: heads)
        feedForwardWidth = try fields.integer("intermediate_size", Limits.feedForward)
        epsilon = Float(try fields.number("rms_norm_eps", Limits.epsilon, otherwise: 1e-6))
        rotary = try RotarySpec(huggingFace: fields, headWidth: headWidth)
        contextLength = try DecoderShape.context(fields, rotary)
        windows = Array(repeating: nil, count: layers)
        tiesOutput = try fields.flag("tie_word_embeddings", otherwise: false)
        try DecoderShape.refuseWhatIsNotBuilt(fields)
    }

    private static func refuseWhatIsNotBuilt(_ fields: Fields) throws(ModelError) {
        guard try fields.text("hidden_act", otherwise: "silu") == "silu" else {
            throw fields.refused("hidden_act", "'silu'")
        }
        if fields.contains("quantization_config") {
            throw fields.refused("quantization_config", "absent; use a GGUF file for quantized weights")
        }
    }

    /// YaRN names the context that was trained on; the stretched one is that times its factor.
    private static func context(_ fields: Fields, _ rotary: RotarySpec) throws(ModelError) -> Int {
        let context = try fields.integer("max_position_embeddings", Limits.context)
        guard case .yarn(let yarn) = rotary.scaling else { return context }
        let stretched = yarn.originalContext * yarn.factor
        return max(context, Int(min(stretched, Double(Limits.context.upperBound))))
    }
}

/// Sliding windows on some layers only (Qwen2 and Qwen3).
extension DecoderShape {
    /// `layer_types` where the config has it; before transformers 4.53 the layers from `max_window_layers` on
    /// had the window, if `use_sliding_window` said so.
    static func qwenWindows(_ fields: Fields, layers: Int) throws(ModelError) -> [Int?] {
        let uses = try fields.flag("use_sliding_window", otherwise: false)
        guard uses, fields.contains("sliding_window") else { return Array(repeating: nil, count: layers) }
        let window = try fields.integer("sliding_window", Limits.context)
        if let types = try fields.texts("layer_types") {
            return try windows(fields, types: types, layers: layers, window: window)
        }
        let first = try fields.integer("max_window_layers", 0...Limits.layers.upperBound, otherwise: 28)
        return (0..<layers).map { $0 >= first ? window : nil }
    }

    private static func windows(
        _ fields: Fields, types: [String], layers: Int, window: Int
    ) throws(ModelError) -> [Int?] {
        guard types.count == layers else { throw fields.refused("layer_types", "a list of \(layers), one a layer") }
        return try types.map { type throws(ModelError) in
            switch type {
            case "full_attention": nil
            case "sliding_attention": window
            default: throw .field("layer_types", found: shown(type), expected: "full_attention or sliding_attention")
            }
        }
    }
}
