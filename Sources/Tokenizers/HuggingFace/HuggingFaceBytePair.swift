import JSON

/// Reads `model` of type BPE.
struct HuggingFaceBytePair {
    let fields: JSONFields
    let entries: HuggingFaceVocabulary
    let isByteLevel: Bool

    init(_ fields: JSONFields, _ entries: HuggingFaceVocabulary, _ isByteLevel: Bool) throws(TokenizerError) {
        self.fields = fields
        self.entries = entries
        self.isByteLevel = isByteLevel
        for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
            guard let affix = try fields.stringIfPresent(key), !affix.isEmpty else { continue }
            throw .unsupported(field: fields.path(key), name: affix)
        }
    }

    func model() throws(TokenizerError) -> BytePairModel {
        var all = ByteTable(minimumCapacity: entries.model.count)
        var plain = ByteTable(minimumCapacity: entries.model.count)
        for (token, id) in entries.model {
            let bytes = spelled(token)
            all.insert(bytes, id)
            if !entries.isSpecial(id) { plain.insert(bytes, id) }
        }
        let rules = try MergeRules(
            pairs: try pairs(), index: all, spelled: spelled, isAllowed: { !entries.isSpecial($0) })
        var model = BytePairModel(
            unit: isByteLevel ? .byte : .scalar, rules: rules, index: plain, byteTokens: try byteTokens(plain))
        model.unknown = try unknown()
        model.fusesUnknown = try fields.bool("fuse_unk", default: false)
        model.ignoresMerges = try fields.bool("ignore_merges", default: false)
        return model
    }

    /// The bytes that a token of the model matches.
    private func spelled(_ token: String) -> [UInt8] {
        isByteLevel ? ByteAlphabet.bytes(spelledBy: token) ?? Array(token.utf8) : Array(token.utf8)
    }

    /// Merges are written "left right", or as pairs since tokens may hold spaces.
    private func pairs() throws(TokenizerError) -> [(left: String, right: String)] {
        var pairs: [(left: String, right: String)] = []
        for (index, value) in try fields.array("merges").enumerated() {
            func path() -> String { "\(fields.path("merges"))[\(index)]" }
            switch value {
            case .string(let merge):
                guard let pair = MergeRules.pair(merge) else {
                    throw .malformed(field: path(), reason: "it is not two tokens with a space between")
                }
                pairs.append(pair)
            case .array(let pair) where pair.count == 2:
                pairs.append((try JSONFields.string(pair[0], path()), try JSONFields.string(pair[1], path())))
            default:
                throw .wrongKind(field: path(), expected: "a string or a pair of strings", found: value.kind)
            }
        }
        return pairs
    }

    /// All 256 tokens that spell bytes, or none: a part of them would lose text.
    private func byteTokens(_ plain: ByteTable) throws(TokenizerError) -> [TokenID] {
        if isByteLevel { return (0...255).map { plain.value(of: [UInt8($0)]) ?? BytePairModel.noToken } }
        let usesFallback = try fields.bool("byte_fallback", default: false)
        return (0...255).map { byte in
            let spelling = Array(ByteFallback.spelling(of: UInt8(byte)).utf8)
            return usesFallback ? plain.value(of: spelling) ?? BytePairModel.noToken : BytePairModel.noToken
        }
    }

    private func unknown() throws(TokenizerError) -> TokenID? {
        guard let token = try fields.stringIfPresent("unk_token") else { return nil }
        guard let id = entries.spellings.value(of: Array(token.utf8)) else {
            throw .malformed(field: fields.path("unk_token"), reason: "'\(token)' is not in the vocabulary")
        }
        return id
    }
}
