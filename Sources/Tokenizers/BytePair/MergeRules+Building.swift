extension MergeRules {
    /// Tokens longer than this are not taken apart to find merges: no trained vocabulary has them, and the
    /// work is the square of the length.
    private static let longestMerge = 512

    /// Rules from pairs of spellings in order of rank, as GPT-2 and Hugging Face files list them.
    ///
    /// - Parameters:
    ///   - index: every token by its bytes.
    ///   - spelled: the bytes that a spelling stands for.
    ///   - isAllowed: whether a token may come out of plain text; merges into others are left out.
    /// - Throws: `TokenizerError.unknownMerge`
    init(
        pairs: some Collection<(left: String, right: String)>, index: ByteTable,
        spelled: (String) -> [UInt8], isAllowed: (TokenID) -> Bool
    ) throws(TokenizerError) {
        self.init(minimumCapacity: pairs.count)
        var rank = 0
        for (left, right) in pairs {
            let (leftBytes, rightBytes) = (spelled(left), spelled(right))
            guard let leftID = index.value(of: leftBytes) else { throw .unknownMerge(index: rank, token: left) }
            guard let rightID = index.value(of: rightBytes) else { throw .unknownMerge(index: rank, token: right) }
            guard let merged = index.value(of: leftBytes + rightBytes) else {
                throw .unknownMerge(index: rank, token: left + right)
            }
            if isAllowed(merged) { insert(leftID, rightID, rank: rank, merged: merged) }
            rank += 1
        }
    }

    /// Rules for vocabularies without a list of merges, where any two neighbours merge that together are a
    /// token (tiktoken, SentencePiece): every way to cut each token into two tokens.
    ///
    /// - Parameters:
    ///   - tokens: bytes, id and rank of the tokens that may come out of plain text.
    ///   - index: the same tokens by their bytes.
    init(cutting tokens: [(bytes: [UInt8], id: TokenID, rank: Int)], index: ByteTable) {
        self.init(minimumCapacity: tokens.count * 4)
        for token in tokens where token.bytes.count <= Self.longestMerge {
            for cut in 1..<max(1, token.bytes.count) {
                guard let left = index.value(of: token.bytes, 0..<cut),
                    let right = index.value(of: token.bytes, cut..<token.bytes.count)
                else { continue }
                insert(left, right, rank: token.rank, merged: token.id)
            }
        }
    }
}
