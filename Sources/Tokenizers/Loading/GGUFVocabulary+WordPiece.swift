/// WordPiece (`tokenizer.ggml.model` "bert"). The files spell a token that begins a word with "▁" before it, and
/// one that goes on inside a word without BERT's "##".
extension GGUFVocabulary {
    private static let wordStart: Unicode.Scalar = "▁"

    func wordPieceParts() throws(TokenizerError) -> TokenizerParts {
        var special = try specialTokens()
        guard let unknown = special.unknown else { throw .missing(field: Self.field("unknown_token_id")) }
        special.bos = try checked(classToken, "cls_token_id") ?? special.bos
        special.eos = try checked(separatorToken, "seperator_token_id") ?? special.eos
        var types = try types(special)
        for id in [unknown, special.padding, try checked(maskToken, "mask_token_id")] {
            if let id { types[Int(id)] = .control }
        }
        var builder = WordPieceBuilder()
        for (id, token) in tokens.enumerated() {
            // By scalar: a character could take a combining mark along.
            let isStart = token.unicodeScalars.first == Self.wordStart
            let text = isStart ? String(token.unicodeScalars.dropFirst()) : token
            builder.set(id, text, types[id].kind, isStart: isStart)
        }
        var parts = builder.parts(unknown: unknown, spellings: spellings())
        parts.rawTokens = AddedTokenMatcher(try addedTokens(types))
        parts.normalizer.steps = BertRules.normalization
        parts.preTokenizer.stages = try BertRules.stages()
        parts.prefix = [special.bos].compactMap { $0 }
        parts.suffix = [special.eos].compactMap { $0 }
        parts.special = special
        return parts
    }
}
