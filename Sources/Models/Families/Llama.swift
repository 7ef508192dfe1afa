/// Llama 1 to 3 (Touvron et al. 2023; Grattafiori et al. 2024) and Mistral (Jiang et al. 2023), which is Llama
/// with a sliding window. Most open models that are neither Qwen nor a mixture have this shape.
enum LlamaFamily: Family {
    static let ggufArchitectures = ["llama"]
    static let huggingFaceArchitectures = ["LlamaForCausalLM", "MistralForCausalLM"]

    static func shape(
        gguf fields: Fields, architecture: String, tensors: TensorShapes
    ) throws(ModelError) -> DecoderShape {
        var shape = try DecoderShape(gguf: fields, architecture: architecture, tensors: tensors)
        // The rows of q and k are permuted in these files so that rotated pairs are neighbours.
        shape.rotary.layout = .pairs
        // GGUF has no key for biases: the tensors are there or not.
        if tensors.contains(shape.names.bias(.query, 0)) { shape.biases.insert(.queryKeyValue) }
        if tensors.contains(shape.names.bias(.attentionOutput, 0)) { shape.biases.insert(.attentionOutput) }
        if tensors.contains(shape.names.bias(.gate, 0)) { shape.biases.insert(.feedForward) }
        return shape
    }

    static func shape(huggingFace fields: Fields, architecture: String) throws(ModelError) -> DecoderShape {
        var shape = try DecoderShape(huggingFace: fields, architecture: architecture)
        if architecture == "MistralForCausalLM" {
            shape.windows = try DecoderShape.windows(fields, "sliding_window", layers: shape.layerCount)
            return shape
        }
        if try fields.flag("attention_bias", otherwise: false) { shape.biases = [.queryKeyValue, .attentionOutput] }
        if try fields.flag("mlp_bias", otherwise: false) { shape.biases.insert(.feedForward) }
        return shape
    }
}
