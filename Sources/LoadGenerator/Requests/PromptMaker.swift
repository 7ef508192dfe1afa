/// Makes prompts of random common words, the same for the same seed.
///
/// Each prompt has an opening of its own, so that a prefix cache does not flatter the server, unless a shared
/// prefix is asked for. Lengths are in words: most tokenizers make one token of each.
package struct PromptMaker: Sendable {
    private let seed: UInt64
    private let numWords: Int
    private let sharedPrefix: [String]

    /// Words that tell 2³² requests apart: each says eight bits of the index.
    private static let openingWords = 4

    /// - Parameters:
    ///   - words: of each prompt; at least 1.
    ///   - sharedWords: how many of them, from the first, are the same in all prompts.
    package init(seed: UInt64, words: Int, sharedWords: Int = 0) {
        self.seed = seed
        numWords = max(words, 1)
        var random = SeededStream.sharedPrefix(seed: seed)
        sharedPrefix = (0..<min(max(sharedWords, 0), numWords)).map { _ in WordList[random.next() >> 56] }
    }

    /// The prompt of the request with number `index`.
    package func prompt(_ index: Int) -> String {
        var words = sharedPrefix
        words.reserveCapacity(numWords)
        words += opening(index).prefix(numWords - words.count)
        var random = SeededStream.request(index, seed: seed)
        while words.count < numWords { words.append(WordList[random.next() >> 56]) }
        return words.joined(separator: " ")
    }

    /// The index, a byte for each word and the lowest first; mixed with the seed byte by byte, which keeps it
    /// different for different requests and makes it so for different seeds.
    private func opening(_ index: Int) -> [String] {
        var random = SeededStream.openings(seed: seed)
        let mixed = random.next() ^ UInt64(bitPattern: Int64(index))
        return (0..<Self.openingWords).map { WordList[(mixed >> (8 * UInt64($0))) & 0xFF] }
    }
}
