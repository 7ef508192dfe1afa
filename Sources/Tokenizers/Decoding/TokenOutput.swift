/// The bytes of tokens in a row: the rules of decoding that look beyond one token.
struct TokenOutput: Sendable {
    private let tokenizer: Tokenizer
    private let skipsSpecialTokens: Bool
    /// Spaces still to be dropped from the front.
    private var droppedSpaces: Int

    init(_ tokenizer: Tokenizer, skipSpecialTokens: Bool, isStart: Bool = true) {
        self.tokenizer = tokenizer
        skipsSpecialTokens = skipSpecialTokens
        droppedSpaces = isStart ? tokenizer.storage.parts.droppedSpaces : 0
    }

    mutating func append(_ id: TokenID, to result: inout [UInt8]) {
        if skipsSpecialTokens, tokenizer.isSpecial(id) { return }
        var bytes = tokenizer.storage.parts.vocabulary.bytes(of: id)
        while droppedSpaces > 0, let first = bytes.first {
            guard first == 0x20 else {
                droppedSpaces = 0
                break
            }
            droppedSpaces -= 1
            bytes.removeFirst()
        }
        result += bytes
    }
}
