/// Puts together a byte-level vocabulary, whose plain tokens are spelled in `ByteAlphabet`.
struct ByteLevelBuilder {
    private(set) var vocabulary = Vocabulary()
    /// Every token that is spelled in the alphabet, by the bytes that it spells.
    private var spelled: ByteTable
    /// Those of them that plain text can become.
    private var plain: ByteTable

    /// - Parameter tokens: spelling and kind; the place is the id.
    init(tokens: [(String, TokenKind)]) {
        spelled = ByteTable(minimumCapacity: tokens.count)
        plain = ByteTable(minimumCapacity: tokens.count)
        for (id, (token, kind)) in tokens.enumerated() { set(id, token, kind) }
    }

    private mutating func set(_ id: Int, _ token: String, _ kind: TokenKind) {
        let bytes = ByteAlphabet.bytes(spelledBy: token)
        // Added tokens and those outside the alphabet stand for themselves.
        let isPlain = kind == .normal && bytes != nil
        vocabulary.set(id, kind, bytes: isPlain ? bytes ?? [] : Array(token.utf8))
        guard let bytes, !bytes.isEmpty, kind != .absent else { return }
        spelled.insert(bytes, TokenID(id))
        if kind != .special { plain.insert(bytes, TokenID(id)) }
    }

    /// - Throws: `TokenizerError.unknownMerge`
    func model(
        _ merges: [(left: String, right: String)], ignoresMerges: Bool
    ) throws(TokenizerError) -> BytePairModel {
        let rules = try MergeRules(
            pairs: merges, index: spelled,
            spelled: { ByteAlphabet.bytes(spelledBy: $0) ?? Array($0.utf8) },
            isAllowed: { vocabulary.kind(of: $0) != .special })
        let bytes = (0...255).map { plain.value(of: [UInt8($0)]) ?? BytePairModel.noToken }
        return BytePairModel(
            unit: .byte, rules: rules, index: plain, byteTokens: bytes, ignoresMerges: ignoresMerges)
    }
}
