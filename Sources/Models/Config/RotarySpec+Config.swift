/// Rotary embedding in GGUF metadata.
extension RotarySpec {
    init(gguf fields: Fields, headWidth: Int, tensors: TensorShapes) throws(ModelError) {
        layout = .halves
        width = try fields.integer("rope.dimension_count", 2...headWidth, otherwise: headWidth)
        guard width % 2 == 0 else { throw fields.refused("rope.dimension_count", "even") }
        base = try fields.number("rope.freq_base", Limits.rotaryBase, otherwise: 10_000)
        scaling = try RotarySpec.scaling(gguf: fields)
        guard tensors["rope_freqs.weight"] != nil else { return }
        guard scaling == .none else {
            throw fields.refused("rope.scaling.type", "none where the file has a tensor rope_freqs.weight")
        }
        scaling = .divisors(TensorRef("rope_freqs.weight", width / 2))
    }

    private static func scaling(gguf fields: Fields) throws(ModelError) -> Scaling {
        let key = "rope.scaling.type"
        switch try fields.text(key, otherwise: "none") {
        case "none": return .none
        case "linear":
            return .linear(factor: try fields.number("rope.scaling.factor", Limits.scalingFactor))
        case "yarn":
            let scale = try fields.number("rope.scaling.attn_factor", Limits.attentionFactor, otherwise: 1)
            let context = try fields.integer("context_length", Limits.context)
            let original = try fields.integer(
                "rope.scaling.original_context_length", Limits.context, otherwise: context)
            let factor = try fields.number("rope.scaling.factor", Limits.scalingFactor)
            var yarn = YarnScaling(factor: factor, originalContext: Double(original))
            yarn.betaFast = try fields.number("rope.scaling.yarn_beta_fast", Limits.frequencyFactor, otherwise: 32)
            yarn.betaSlow = try fields.number("rope.scaling.yarn_beta_slow", Limits.frequencyFactor, otherwise: 1)
            yarn.attentionFactor *= scale
            return .yarn(yarn)
        default: throw fields.refused(key, "none, linear or yarn")
        }
    }
}

/// Rotary embedding in `config.json`: `rope_parameters` since transformers 5, before it `rope_theta` and
/// `rope_scaling`.
extension RotarySpec {
    init(huggingFace fields: Fields, headWidth: Int) throws(ModelError) {
        let parameters = try fields.section("rope_parameters")
        let source = parameters == nil ? try fields.section("rope_scaling") : parameters
        layout = .halves
        width = headWidth
        let outer = try fields.number("rope_theta", Limits.rotaryBase, otherwise: 10_000)
        base = try parameters?.number("rope_theta", Limits.rotaryBase, otherwise: outer) ?? outer
        for section in [fields, source].compactMap({ $0 }) {
            _ = try section.number("partial_rotary_factor", 1...1, otherwise: 1)
        }
        let context = try fields.integer("max_position_embeddings", Limits.context)
        scaling =
            try source.map { section throws(ModelError) in
                try RotarySpec.scaling(huggingFace: section, context: context)
            } ?? .none
    }

    private static func scaling(huggingFace fields: Fields, context: Int) throws(ModelError) -> Scaling {
        let key = fields.contains("rope_type") ? "rope_type" : "type"
        switch try fields.text(key, otherwise: "default") {
        case "default": return .none
        case "linear": return .linear(factor: try fields.number("factor", Limits.scalingFactor))
        case "llama3": return try llama3(fields, context: context)
        case "yarn": return .yarn(try yarn(fields, context: context))
        default: throw fields.refused(key, "default, linear, llama3 or yarn")
        }
    }

    private static func llama3(_ fields: Fields, context: Int) throws(ModelError) -> Scaling {
        let low = try fields.number("low_freq_factor", Limits.frequencyFactor)
        let high = try fields.number("high_freq_factor", Limits.frequencyFactor)
        guard high > low else { throw fields.refused("high_freq_factor", "above low_freq_factor (\(low))") }
        return .llama3(
            factor: try fields.number("factor", Limits.scalingFactor), lowFrequency: low, highFrequency: high,
            originalContext: Double(try originalContext(fields, context)))
    }

    private static func yarn(_ fields: Fields, context: Int) throws(ModelError) -> YarnScaling {
        let original = Double(try originalContext(fields, context))
        var yarn = YarnScaling(
            factor: try fields.number("factor", Limits.scalingFactor, otherwise: max(1, Double(context) / original)),
            originalContext: original)
        yarn.betaFast = try fields.number("beta_fast", Limits.frequencyFactor, otherwise: 32)
        yarn.betaSlow = try fields.number("beta_slow", Limits.frequencyFactor, otherwise: 1)
        yarn.truncates = try fields.flag("truncate", otherwise: true)
        if fields.contains("mscale") || fields.contains("mscale_all_dim") {
            let scale = try fields.number("mscale", 0...Limits.attentionFactor.upperBound, otherwise: 0)
            let all = try fields.number("mscale_all_dim", 0...Limits.attentionFactor.upperBound, otherwise: 0)
            yarn.setAttentionFactor(scale: scale, overAll: all)
        }
        yarn.attentionFactor = try fields.number(
            "attention_factor", Limits.attentionFactor, otherwise: yarn.attentionFactor)
        return yarn
    }

    private static func originalContext(_ fields: Fields, _ context: Int) throws(ModelError) -> Int {
        try fields.integer("original_max_position_embeddings", Limits.context, otherwise: context)
    }
}
