/// WordPiece (Schuster, Nakajima 2012; BERT): each word becomes the longest tokens that fit, from left to right.
struct WordPieceModel: Sendable {
    /// Tokens that begin a word.
    let starts: ByteTable
    /// Tokens that go on inside a word, without the mark that their spelling begins with.
    let continuations: ByteTable
    /// Stands for a word that cannot be put together.
    let unknown: TokenID
    /// Longer words are unknown. Scalars.
    var longestWord = 100

    /// Appends the ids of `text[word]`.
    func encode(_ text: UTF8Text, _ word: Range<Int>, into ids: inout [TokenID]) {
        let count = ids.count
        var place = word.lowerBound
        while place < word.upperBound, isShort(text, word) {
            let table = place == word.lowerBound ? starts : continuations
            guard let (id, end) = longest(in: table, text, place..<word.upperBound) else { break }
            ids.append(id)
            place = end
        }
        guard place < word.upperBound else { return }
        ids.removeLast(ids.count - count)
        ids.append(unknown)
    }

    private func isShort(_ text: UTF8Text, _ word: Range<Int>) -> Bool {
        text.run(of: .all, from: word.lowerBound, before: word.upperBound, limit: longestWord) == word.upperBound
    }

    /// The longest token of `table` that begins `text[range]`, and where it ends.
    private func longest(in table: ByteTable, _ text: UTF8Text, _ range: Range<Int>) -> (TokenID, Int)? {
        var end = min(range.upperBound, range.lowerBound + table.longestKey)
        while end > range.lowerBound {
            if let id = table.value(of: text.bytes, range.lowerBound..<end) { return (id, end) }
            end = text.start(before: end)
        }
        return nil
    }
}
