/// Everything that a tokenizer is made of; the readers of each file format fill it in.
struct TokenizerParts: Sendable {
    enum Model: Sendable {
        case bytePair(BytePairModel)
        case wordPiece(WordPieceModel)
    }

    var vocabulary: Vocabulary
    var model: Model
    var normalizer = TextNormalizer()
    var preTokenizer = PreTokenizer()
    /// Every token by its spelling in the file.
    var spellings: ByteTable
    /// Added tokens that are found in the text as it came, then those found after it was normalized.
    var rawTokens = AddedTokenMatcher([])
    var normalizedTokens = AddedTokenMatcher([])
    /// What the model expects before and after a text.
    var prefix: [TokenID] = []
    var suffix: [TokenID] = []
    /// Spaces that decoding takes from the front of a text, where encoding put them.
    var droppedSpaces = 0
    var special = SpecialTokens()
}

/// The tokens that steer a model, by what they are for.
struct SpecialTokens: Sendable, Equatable {
    var bos: TokenID?
    var eos: TokenID?
    var padding: TokenID?
    var unknown: TokenID?
    /// Where generation stops.
    var ends: Set<TokenID> = []

    /// Spellings that end a turn, a message or a text in the models of our time. Files often name only one of
    /// those that their model uses.
    static let endSpellings = [
        "<|endoftext|>", "<|end_of_text|>", "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end|>", "<|return|>",
        "<|call|>", "<end_of_turn>", "<end_of_utterance>", "<EOT>", "_<EOT>", "<｜end▁of▁sentence｜>",
    ]

    /// Adds to `ends` the end of sequence and every special token with one of `endSpellings`.
    mutating func findEnds(_ vocabulary: Vocabulary, _ spellings: ByteTable) {
        if let eos { ends.insert(eos) }
        let spelled = Self.endSpellings.map { spellings.value(of: Array($0.utf8)) }
        let harmony = spellings.value(of: Array("<|return|>".utf8)) != nil
        for (spelling, id) in zip(Self.endSpellings, spelled) {
            guard let id, vocabulary.kind(of: id) == .special else { continue }
            // In OpenAI's harmony format <|end|> ends a message inside a turn.
            if spelling != "<|end|>" || !harmony { ends.insert(id) }
        }
    }
}
