/// How the configs of one family of models become a `DecoderShape`.
protocol Family: Sendable {
    /// Values of GGUF's `general.architecture`.
    static var ggufArchitectures: [String] { get }
    /// Values of `architectures` in config.json.
    static var huggingFaceArchitectures: [String] { get }

    static func shape(
        gguf fields: Fields, architecture: String, tensors: TensorShapes
    ) throws(ModelError) -> DecoderShape
    static func shape(huggingFace fields: Fields, architecture: String) throws(ModelError) -> DecoderShape
}
