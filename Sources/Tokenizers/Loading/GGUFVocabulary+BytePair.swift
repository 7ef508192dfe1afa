/// Byte-level BPE (`tokenizer.ggml.model` "gpt2").
extension GGUFVocabulary {
    func bytePairParts() throws(TokenizerError) -> TokenizerParts {
        guard let style = BytePairStyle(name: pre ?? "default") else {
            throw .unsupported(field: Self.field("pre"), name: pre ?? "")
        }
        var special = try specialTokens()
        let types = try types(special)
        let builder = ByteLevelBuilder(tokens: zip(tokens, types.map(\.kind)).map { ($0, $1) })
        var parts = TokenizerParts(
            vocabulary: builder.vocabulary,
            model: .bytePair(try builder.model(mergePairs(), ignoresMerges: style.ignoresMerges)),
            spellings: spellings())
        if style.composes { parts.normalizer.steps = [.composed] }
        parts.preTokenizer = try PreTokenizer(patterns: style.patterns)
        parts.rawTokens = AddedTokenMatcher(try addedTokens(types))
        if addBOS ?? style.addsBOS, let bos = special.bos { parts.prefix = [bos] }
        if addEOS ?? false, let eos = special.eos { parts.suffix = [eos] }
        special.findEnds(parts.vocabulary, parts.spellings)
        parts.special = special
        return parts
    }

    private func mergePairs() throws(TokenizerError) -> [(left: String, right: String)] {
        guard !merges.isEmpty else { throw .missing(field: Self.field("merges")) }
        var pairs: [(left: String, right: String)] = []
        pairs.reserveCapacity(merges.count)
        for (index, merge) in merges.enumerated() {
            guard let pair = MergeRules.pair(merge) else {
                throw .malformed(
                    field: "\(Self.field("merges"))[\(index)]", reason: "it is not two tokens with a space between")
            }
            pairs.append(pair)
        }
        return pairs
    }
}

extension MergeRules {
    /// The two tokens of a merge that is written "left right".
    static func pair(_ merge: String) -> (left: String, right: String)? {
        let bytes = merge.utf8
        guard let space = bytes.dropFirst().firstIndex(of: 0x20) else { return nil }
        let right = merge[bytes.index(after: space)...]
        return right.isEmpty ? nil : (String(merge[..<space]), String(right))
    }
}
