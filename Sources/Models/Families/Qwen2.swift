/// Qwen2 and Qwen2.5 (Yang et al. 2024): Llama with biases on q, k and v, and a sliding window on the upper
/// layers where the config turns it on.
enum Qwen2Family: Family {
    static let ggufArchitectures = ["qwen2"]
    static let huggingFaceArchitectures = ["Qwen2ForCausalLM"]

    static func shape(
        gguf fields: Fields, architecture: String, tensors: TensorShapes
    ) throws(ModelError) -> DecoderShape {
        var shape = try DecoderShape(gguf: fields, architecture: architecture, tensors: tensors)
        shape.biases = .queryKeyValue
        return shape
    }

    static func shape(huggingFace fields: Fields, architecture: String) throws(ModelError) -> DecoderShape {
        var shape = try DecoderShape(huggingFace: fields, architecture: architecture)
        shape.biases = .queryKeyValue
        shape.windows = try DecoderShape.qwenWindows(fields, layers: shape.layerCount)
        return shape
    }
}
