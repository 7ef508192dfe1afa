/// Qwen3 (Yang et al. 2025): no biases, an RMS norm over each head of q and k, and a head width of its own.
enum Qwen3Family: Family {
    static let ggufArchitectures = ["qwen3"]
    static let huggingFaceArchitectures = ["Qwen3ForCausalLM"]

    static func shape(
        gguf fields: Fields, architecture: String, tensors: TensorShapes
    ) throws(ModelError) -> DecoderShape {
        var shape = try DecoderShape(gguf: fields, architecture: architecture, tensors: tensors)
        shape.normsQueryAndKey = true
        return shape
    }

    static func shape(huggingFace fields: Fields, architecture: String) throws(ModelError) -> DecoderShape {
        var shape = try DecoderShape(huggingFace: fields, architecture: architecture, headWidth: 128)
        shape.normsQueryAndKey = true
        shape.windows = try DecoderShape.qwenWindows(fields, layers: shape.layerCount)
        if try fields.flag("attention_bias", otherwise: false) { shape.biases = [.queryKeyValue, .attentionOutput] }
        return shape
    }
}
