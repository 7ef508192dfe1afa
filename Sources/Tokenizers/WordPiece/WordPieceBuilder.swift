/// Puts together a WordPiece vocabulary. Decoded, a token that begins a word brings the space before it.
struct WordPieceBuilder {
    private var vocabulary = Vocabulary()
    private var starts = ByteTable()
    private var continuations = ByteTable()

    /// - Parameter text: without the mark that tells starts from continuations.
    mutating func set(_ id: Int, _ text: String, _ kind: TokenKind, isStart: Bool) {
        let bytes = Array(text.utf8)
        let isContinuation = kind == .normal && !isStart
        vocabulary.set(id, kind, bytes: isContinuation ? bytes : [0x20] + bytes)
        guard kind == .normal, !bytes.isEmpty else { return }
        if isStart { starts.insert(bytes, TokenID(id)) } else { continuations.insert(bytes, TokenID(id)) }
    }

    func parts(unknown: TokenID, spellings: ByteTable) -> TokenizerParts {
        let model = WordPieceModel(starts: starts, continuations: continuations, unknown: unknown)
        var parts = TokenizerParts(vocabulary: vocabulary, model: .wordPiece(model), spellings: spellings)
        parts.droppedSpaces = 1
        return parts
    }
}
