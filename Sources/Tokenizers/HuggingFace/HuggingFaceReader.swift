import JSON

/// Reads the files of a Hugging Face tokenizer: `tokenizer.json` (the `tokenizers` library's format, version 1.0)
/// and what `tokenizer_config.json` adds to it.
struct HuggingFaceReader {
    let root: JSONFields
    let config: JSONFields?
    /// The model's own tokens with the added ones.
    let entries: HuggingFaceVocabulary
    let added: [AddedToken]
    let preTokenizer: HuggingFacePreTokenizer

    init(_ json: JSON, config: JSON?) throws(TokenizerError) {
        root = try JSONFields(json, "tokenizer.json")
        self.config = if let config { try JSONFields(config, "tokenizer_config.json") } else { nil }
        let names = try Self.specialNames(self.config)
        let listed = try Self.addedTokens(root, special: Set(names.values.map { Array($0.utf8) }))
        added = try listed + Self.unlistedTokens(root, names.values.sorted(), listed)
        entries = try HuggingFaceVocabulary(try root.fields("model"), added)
        preTokenizer = try HuggingFacePreTokenizer(root)
    }

    func parts() throws(TokenizerError) -> TokenizerParts {
        let normalizer = TextNormalizer(steps: try HuggingFaceNormalizer.steps(root))
        let decoder = try HuggingFaceDecoder(root, isByteLevel: preTokenizer.isByteLevel)
        var parts = TokenizerParts(
            vocabulary: entries.vocabulary(decoder.bytes), model: try model(), normalizer: normalizer,
            preTokenizer: PreTokenizer(stages: preTokenizer.stages), spellings: entries.spellings)
        parts.droppedSpaces = decoder.droppedSpaces
        parts.rawTokens = AddedTokenMatcher(added.filter { !$0.isNormalized })
        parts.normalizedTokens = AddedTokenMatcher(added.filter(\.isNormalized)) { token in
            normalizer.normalize(Array(token.content.utf8))
        }
        parts.special = try specialTokens()
        parts.special.findEnds(parts.vocabulary, parts.spellings)
        (parts.prefix, parts.suffix) = try HuggingFacePostProcessor.affixes(root, config, parts.special)
        return parts
    }

    private func model() throws(TokenizerError) -> TokenizerParts.Model {
        let fields = try root.fields("model")
        // Files from before 2020 do not name the type of the model.
        let type = try fields.stringIfPresent("type") ?? (fields["merges"] == nil ? "" : "BPE")
        switch type {
        case "BPE": return .bytePair(try HuggingFaceBytePair(fields, entries, preTokenizer.isByteLevel).model())
        case "WordPiece": return .wordPiece(try wordPieceModel(fields))
        default: throw .unsupported(field: fields.path("type"), name: type)
        }
    }

    private func wordPieceModel(_ fields: JSONFields) throws(TokenizerError) -> WordPieceModel {
        let mark = Array((try fields.stringIfPresent("continuing_subword_prefix") ?? "##").utf8)
        let unknown = try fields.stringIfPresent("unk_token") ?? "[UNK]"
        guard let unknownID = entries.spellings.value(of: Array(unknown.utf8)) else {
            throw .malformed(field: fields.path("unk_token"), reason: "'\(unknown)' is not in the vocabulary")
        }
        var (starts, continuations) = (ByteTable(), ByteTable())
        for (token, id) in entries.plain {
            let bytes = Array(token.utf8)
            if bytes.starts(with: mark) {
                continuations.insert(Array(bytes.dropFirst(mark.count)), id)
            } else {
                starts.insert(bytes, id)
            }
        }
        let longest = try fields.int("max_input_chars_per_word", in: 0...10_000, default: 100)
        return WordPieceModel(
            starts: starts, continuations: continuations, unknown: unknownID, longestWord: longest)
    }
}
