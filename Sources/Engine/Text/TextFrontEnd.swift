import JSON
package import Tokenizers
package import Weights

/// What stands between text and a model's tokens: its tokenizer, its chat template and its end tokens.
package struct TextFrontEnd: Sendable {
    package let tokenizer: Tokenizer
    /// Nil for a model that was not made for chat.
    package let chatTemplate: ChatTemplate?
    /// Every token that ends an answer.
    package let stopTokens: Set<TokenID>
    /// The authors' own defaults (`generation_config.json`).
    package let defaults: SamplingParameters

    /// - Parameter chatTemplateOverride: the text of a template to use instead of the checkpoint's.
    /// - Throws: `WeightsError`, `TokenizerError` or `TemplateError`, saying what in the checkpoint is wrong.
    package init(checkpoint: Checkpoint, chatTemplateOverride: String? = nil) throws {
        let template: String?
        var stopTokens: [TokenID] = []
        switch checkpoint.header {
        case .gguf(let metadata):
            tokenizer = try Tokenizer(gguf: GGUFVocabulary(metadata))
            template = try metadata.stringIfPresent("tokenizer.chat_template")
            defaults = SamplingParameters()
        case .huggingFace(let config):
            tokenizer = try Self.tokenizer(config)
            template = config.chatTemplate
            stopTokens = Self.stopTokens(config)
            defaults = Self.defaults(config.generation)
        }
        self.stopTokens = Set(stopTokens + tokenizer.eosTokens)
        chatTemplate = try (chatTemplateOverride ?? template).map { try ChatTemplate($0) }
    }

    private static func tokenizer(_ config: HuggingFaceConfig) throws -> Tokenizer {
        guard let bytes = try config.tokenizerFile() else {
            throw WeightsError(.missing, file: config.directory, field: "tokenizer.json")
        }
        return try Tokenizer(tokenizerJSON: JSON.parse(bytes), config: config.tokenizerConfig)
    }

    /// `eos_token_id` is one id or several, in either file.
    private static func stopTokens(_ config: HuggingFaceConfig) -> [TokenID] {
        [config.config, config.generation].compactMap { $0?["eos_token_id"] }
            .flatMap { $0.array ?? [$0] }
            .compactMap { $0.int.flatMap(TokenID.init(exactly:)) }
    }

    /// Values that cannot be used are left at our own defaults: they are advice, not the model.
    private static func defaults(_ generation: JSON?) -> SamplingParameters {
        var parameters = SamplingParameters()
        guard let generation, generation["do_sample"]?.bool != false else { return parameters }
        if let value = generation["temperature"]?.double { parameters.temperature = Float(value) }
        if let value = generation["top_p"]?.double { parameters.topP = Float(value) }
        if let value = generation["top_k"]?.int { parameters.topK = value }
        if let value = generation["min_p"]?.double { parameters.minP = Float(value) }
        if let value = generation["repetition_penalty"]?.double { parameters.repetitionPenalty = Float(value) }
        return (try? parameters.validated()) ?? SamplingParameters()
    }
}

extension GGUFVocabulary {
    /// The `tokenizer.ggml.*` fields of a GGUF file.
    package init(_ metadata: GGUFMetadata) throws(WeightsError) {
        let key = { "tokenizer.ggml." + $0 }
        self.init(model: try metadata.string(key("model")), tokens: try metadata.strings(key("tokens")))
        pre = try metadata.stringIfPresent(key("pre"))
        modelName = try metadata.stringIfPresent("general.name")
        scores = try metadata.floatsIfPresent(key("scores")) ?? []
        types = try metadata.intsIfPresent(key("token_type"))?.map { Int32(clamping: $0) } ?? []
        merges = try metadata.stringsIfPresent(key("merges")) ?? []
        bosToken = try metadata.intIfPresent(key("bos_token_id"))
        eosToken = try metadata.intIfPresent(key("eos_token_id"))
        eotToken = try metadata.intIfPresent(key("eot_token_id"))
        eomToken = try metadata.intIfPresent(key("eom_token_id"))
        unknownToken = try metadata.intIfPresent(key("unknown_token_id"))
        separatorToken = try metadata.intIfPresent(key("seperator_token_id"))
        paddingToken = try metadata.intIfPresent(key("padding_token_id"))
        classToken = try metadata.intIfPresent(key("cls_token_id"))
        maskToken = try metadata.intIfPresent(key("mask_token_id"))
        addBOS = try metadata.boolIfPresent(key("add_bos_token"))
        addEOS = try metadata.boolIfPresent(key("add_eos_token"))
        addSpacePrefix = try metadata.boolIfPresent(key("add_space_prefix"))
    }
}
