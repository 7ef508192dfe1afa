/// What GGUF metadata says about any Llama-shaped decoder. Source: the GGUF specification's key list.
extension DecoderShape {
    /// - Parameters:
    ///   - fields: the metadata under the architecture's prefix.
    ///   - tensors: the shapes of the file's tensors; a file has no other word on its vocabulary and on tying.
    init(gguf fields: Fields, architecture: String, tensors: TensorShapes) throws(ModelError) {
        let hidden = try fields.integer("embedding_length", Limits.hidden)
        let heads = try fields.integer("attention.head_count", Limits.heads)
        let layers = try fields.integer("block_count", Limits.layers)
        let names = TensorNames.gguf
        self.architecture = architecture
        self.heads = heads
        self.names = names
        hiddenSize = hidden
        vocabularySize = try DecoderShape.vocabulary(fields, embedding: tensors[names.embedding])
        contextLength = try fields.integer("context_length", Limits.context)
        kvHeads = try DecoderShape.kvHeads(fields, "attention.head_count_kv", heads: heads)
        headWidth = try DecoderShape.headWidth(fields, "attention.key_length", hidden: hidden, heads: heads)
        feedForwardWidth = try fields.integer("feed_forward_length", Limits.feedForward)
        epsilon = Float(try fields.number("attention.layer_norm_rms_epsilon", Limits.epsilon))
        rotary = try RotarySpec(gguf: fields, headWidth: headWidth, tensors: tensors)
        windows = try DecoderShape.windows(fields, "attention.sliding_window", layers: layers)
        tiesOutput = tensors[names.output] == nil
        try refuseWhatIsNotBuilt(fields)
    }

    private func refuseWhatIsNotBuilt(_ fields: Fields) throws(ModelError) {
        _ = try fields.integer("expert_count", 0...0, otherwise: 0)
        _ = try fields.integer("attention.value_length", headWidth...headWidth, otherwise: headWidth)
    }

    private static func vocabulary(_ fields: Fields, embedding: [Int]?) throws(ModelError) -> Int {
        if fields.contains("vocab_size") { return try fields.integer("vocab_size", Limits.vocabulary) }
        guard let embedding else { throw .missingField(fields.prefix + "vocab_size") }
        guard embedding.count == 2, Limits.vocabulary.contains(embedding[0]) else {
            throw .field(
                "tensor \(TensorNames.gguf.embedding)", found: "\(embedding)", expected: "[vocabulary, hidden]")
        }
        return embedding[0]
    }
}

/// Readings that both kinds of config share.
extension DecoderShape {
    /// Heads of keys and values: all heads when the field is absent.
    static func kvHeads(_ fields: Fields, _ key: String, heads: Int) throws(ModelError) -> Int {
        let kvHeads = try fields.integer(key, 1...heads, otherwise: heads)
        guard heads % kvHeads == 0 else { throw fields.refused(key, "a divisor of the \(heads) attention heads") }
        return kvHeads
    }

    /// The width of a head; where the field is absent `otherwise`, or what the heads divide the hidden size into.
    static func headWidth(
        _ fields: Fields, _ key: String, otherwise: Int? = nil, hidden: Int, heads: Int
    ) throws(ModelError) -> Int {
        let quotient = hidden % heads == 0 ? hidden / heads : nil
        let range = 1...Limits.headWidth.upperBound
        let width = try fields.integer(key, range, otherwise: otherwise ?? quotient)
        guard Limits.headWidth.contains(width), width % 16 == 0 else {
            let rule = "a multiple of 16 up to \(range.upperBound), as our kernels need it"
            throw .field(fields.prefix + key, found: "\(width)", expected: rule)
        }
        return width
    }

    /// The same sliding window on every layer; none when the field is absent.
    static func windows(_ fields: Fields, _ key: String, layers: Int) throws(ModelError) -> [Int?] {
        let window = fields.contains(key) ? try fields.integer(key, Limits.context) : nil
        return Array(repeating: window, count: layers)
    }
}
