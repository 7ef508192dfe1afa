extension GGUFVocabulary {
    /// - Throws: `TokenizerError` naming the field that cannot be used.
    func parts() throws(TokenizerError) -> TokenizerParts {
        guard !tokens.isEmpty else { throw .missing(field: Self.field("tokens")) }
        guard tokens.count <= Vocabulary.largestID else {
            throw .outOfRange(field: "the number of tokens", value: tokens.count, allowed: 1...Vocabulary.largestID)
        }
        switch model {
        case "gpt2": return try bytePairParts()
        case "llama": return try sentencePieceParts()
        case "bert": return try wordPieceParts()
        default: throw .unsupported(field: Self.field("model"), name: model)
        }
    }

    static func field(_ name: String) -> String { "tokenizer.ggml.\(name)" }

    /// The ids that the file names, checked against the vocabulary.
    func specialTokens() throws(TokenizerError) -> SpecialTokens {
        var special = SpecialTokens()
        special.bos = try checked(bosToken, "bos_token_id")
        special.eos = try checked(eosToken, "eos_token_id")
        special.padding = try checked(paddingToken, "padding_token_id")
        special.unknown = try checked(unknownToken, "unknown_token_id")
        let ends = [try checked(eotToken, "eot_token_id"), try checked(eomToken, "eom_token_id")]
        special.ends = Set(ends.compactMap { $0 })
        return special
    }

    func checked(_ id: Int?, _ name: String) throws(TokenizerError) -> TokenID? {
        guard let id else { return nil }
        guard tokens.indices.contains(id) else {
            throw .outOfRange(field: Self.field(name), value: id, allowed: 0...tokens.count - 1)
        }
        return TokenID(id)
    }

    /// What each token is for, by id.
    ///
    /// - Parameter special: its tokens are special whatever the file calls them: some files forget.
    func types(_ special: SpecialTokens) throws(TokenizerError) -> [GGUFTokenType] {
        guard types.isEmpty || types.count == tokens.count else {
            throw .malformed(
                field: Self.field("token_type"), reason: "it has \(types.count) elements for \(tokens.count) tokens")
        }
        var result: [GGUFTokenType] = []
        result.reserveCapacity(tokens.count)
        for raw in types {
            guard let type = GGUFTokenType(rawValue: raw) else {
                throw .outOfRange(field: Self.field("token_type"), value: Int(raw), allowed: 0...6)
            }
            result.append(type)
        }
        if types.isEmpty { result = Array(repeating: .normal, count: tokens.count) }
        for id in [special.bos, special.eos].compactMap({ $0 }) + special.ends { result[Int(id)] = .control }
        return result
    }

    /// The tokens that are recognised whole, for a matcher.
    func addedTokens(_ types: [GGUFTokenType]) throws(TokenizerError) -> [AddedToken] {
        var added: [AddedToken] = []
        for (id, type) in types.enumerated() where type.kind != .normal {
            guard tokens[id].utf8.count <= AddedTokenMatcher.longestToken else {
                throw .outOfRange(
                    field: "the length of special token \(id)", value: tokens[id].utf8.count,
                    allowed: 0...AddedTokenMatcher.longestToken)
            }
            added.append(AddedToken(id: TokenID(id), content: tokens[id], isSpecial: type.kind == .special))
        }
        return added
    }

    /// Every token by its spelling; of two with one spelling the later counts.
    func spellings() -> ByteTable {
        var table = ByteTable(minimumCapacity: tokens.count)
        for (id, token) in tokens.enumerated() { table.insert(Array(token.utf8), TokenID(id)) }
        return table
    }
}
