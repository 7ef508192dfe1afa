/// SentencePiece BPE (`tokenizer.ggml.model` "llama"): neighbours merge that together are a token, the one with
/// the highest score first.
extension GGUFVocabulary {
    /// U+2581, which spells a space.
    private static let metaspace = Array("▁".utf8)
    private static let defaultSpellings = (bos: "<s>", eos: "</s>", unknown: "<unk>")

    func sentencePieceParts() throws(TokenizerError) -> TokenizerParts {
        let spellings = spellings()
        var special = try specialTokens()
        special.bos = special.bos ?? spellings.value(of: Array(Self.defaultSpellings.bos.utf8))
        special.eos = special.eos ?? spellings.value(of: Array(Self.defaultSpellings.eos.utf8))
        special.unknown = special.unknown ?? spellings.value(of: Array(Self.defaultSpellings.unknown.utf8))
        let types = try sentencePieceTypes(special)
        let hasSpacePrefix = addSpacePrefix ?? true
        var parts = TokenizerParts(
            vocabulary: sentencePieceVocabulary(types),
            model: .bytePair(try sentencePieceModel(types, unknown: special.unknown)),
            spellings: spellings)
        parts.normalizer.steps = [.replace([0x20], with: Self.metaspace)]
        if hasSpacePrefix { parts.normalizer.steps.insert(.prepend(Self.metaspace), at: 0) }
        parts.droppedSpaces = hasSpacePrefix ? 1 : 0
        parts.rawTokens = AddedTokenMatcher(strippingSpace(try addedTokens(types)))
        if addBOS ?? true, let bos = special.bos { parts.prefix = [bos] }
        if addEOS ?? false, let eos = special.eos { parts.suffix = [eos] }
        special.findEnds(parts.vocabulary, parts.spellings)
        parts.special = special
        return parts
    }

    /// Files without types still spell bytes and the unknown token in their own way.
    private func sentencePieceTypes(_ special: SpecialTokens) throws(TokenizerError) -> [GGUFTokenType] {
        var result = try types(special)
        guard types.isEmpty else { return result }
        for (id, token) in tokens.enumerated() where ByteFallback.byte(spelledBy: token) != nil { result[id] = .byte }
        if let unknown = special.unknown { result[Int(unknown)] = .unknown }
        return result
    }

    private func sentencePieceVocabulary(_ types: [GGUFTokenType]) -> Vocabulary {
        var vocabulary = Vocabulary()
        for (id, type) in types.enumerated() {
            let spaced = TextNormalizer(steps: [.replace(Self.metaspace, with: [0x20])])
            let text = Array(tokens[id].utf8)
            let byte = type == .byte ? ByteFallback.byte(spelledBy: tokens[id]) : nil
            let bytes = byte.map { [$0] } ?? (type.kind == .special ? text : spaced.normalize(text))
            vocabulary.set(id, type.kind, bytes: bytes)
        }
        return vocabulary
    }

    /// Controls and bytes are not in the index: text that spells them out is still text.
    private func sentencePieceModel(
        _ types: [GGUFTokenType], unknown: TokenID?
    ) throws(TokenizerError) -> BytePairModel {
        let ranks = try ranks()
        var index = ByteTable(minimumCapacity: tokens.count)
        var mergeable: [(bytes: [UInt8], id: TokenID, rank: Int)] = []
        var bytes = Array(repeating: BytePairModel.noToken, count: 256)
        for (id, type) in types.enumerated() {
            if type == .byte, let byte = ByteFallback.byte(spelledBy: tokens[id]) {
                bytes[Int(byte)] = TokenID(id)
            } else if type.kind != .special, type != .byte, !tokens[id].isEmpty {
                let spelling = Array(tokens[id].utf8)
                index.insert(spelling, TokenID(id))
                mergeable.append((spelling, TokenID(id), ranks[id]))
            }
        }
        return BytePairModel(
            unit: .scalar, rules: MergeRules(cutting: mergeable, index: index), index: index, byteTokens: bytes,
            unknown: unknown, fusesUnknown: true)
    }

    /// The place of each token's score among all different scores, the highest first.
    private func ranks() throws(TokenizerError) -> [Int] {
        guard scores.count == tokens.count else {
            throw .malformed(
                field: Self.field("scores"), reason: "it has \(scores.count) elements for \(tokens.count) tokens")
        }
        if let id = scores.firstIndex(where: \.isNaN) {
            throw .malformed(field: "\(Self.field("scores"))[\(id)]", reason: "it is not a number")
        }
        var result = Array(repeating: 0, count: scores.count)
        var rank = -1
        var previous: Float?
        for id in scores.indices.sorted(by: { scores[$0] > scores[$1] }) {
            if scores[id] != previous { rank += 1 }
            previous = scores[id]
            result[id] = rank
        }
        return result
    }

    /// Phi-3's special tokens take the white space after them along, which this format has no field for.
    private func strippingSpace(_ added: [AddedToken]) -> [AddedToken] {
        guard let name = modelName?.lowercased(), name.contains("phi-3") || name.contains("phi3") else { return added }
        let kept = ["<unk>", "<s>", "<|endoftext|>"]
        return added.map { token in
            var token = token
            token.stripsRight = !kept.contains(token.content)
            return token
        }
    }
}
