/// What a simulated model says: a pure function of its name and of all tokens before.
///
/// Each position of a sequence has a state, a chained hash of the tokens up to it, and its logits follow from that
/// state alone. So an answer is the same on every machine, however its sequence was batched, cut, cached,
/// recomputed or moved; and one wrong token changes everything after it.
package struct SimulatedLanguage: Sendable {
    /// The state before the first token.
    let root: UInt64
    /// An answer ends at a position with this probability.
    private let endProbability: Double

    /// - Parameters:
    ///   - model: models of different names say different things.
    ///   - meanAnswerTokens: lengths are distributed geometrically, since a state does not know where its prompt ends.
    init(model: String, meanAnswerTokens: Double) {
        root = model.utf8.reduce(0x9E37_79B9_7F4A_7C15) { SplitMix.mix($0 ^ UInt64($1)) }
        endProbability = 1 / meanAnswerTokens
    }

    /// The state behind `token`.
    func state(after token: Int32, _ state: UInt64) -> UInt64 {
        SplitMix.mix(state &+ 0x9E37_79B9_7F4A_7C15 &* (UInt64(UInt32(bitPattern: token)) &+ 1))
    }

    /// A number that no other token's can reach, even at high temperatures.
    private static let certain: Float = 60

    /// Fills a row of logits, `[vocabulary]`: words by chance, sometimes something else that is likelier than all of
    /// them, single bytes hardly ever, the rest of a character surely, and the end at some states.
    ///
    /// The chances are a window on a table of random numbers, so that a row costs a copy of 4 KB.
    func fill(_ row: UnsafeMutablePointer<Float>, state: UInt64, last: Int32) {
        var bits = SplitMix.mix(state ^ 0xD6E8_FEB8_6659_FD93)
        let words = SimulatedVocabulary.words
        let start = Int(bits % UInt64(Self.chances.count - SimulatedVocabulary.count))
        Self.chances.withUnsafeBufferPointer { chances in
            guard let base = chances.baseAddress else { return }
            row.update(from: base + start, count: SimulatedVocabulary.count)
        }
        for token in 0..<words.lowerBound { row[token] -= 20 }
        bits = SplitMix.mix(bits)
        let word = words.lowerBound + Int(bits % UInt64(words.count))
        row[word] += 7
        let favourites = SimulatedVocabulary.favourites
        let choice = Int(bits >> 32 % UInt64(favourites.count * 4))
        if choice < favourites.count { row[Int(favourites[choice])] = 16 }
        for token in SimulatedVocabulary.silentTokens { row[Int(token)] = -Self.certain }
        let continuation = SimulatedVocabulary.continuations[last]
        if let continuation { row[Int(continuation)] = Self.certain }
        let isEnd = continuation == nil && ends(state)
        row[Int(SimulatedVocabulary.endToken)] = isEnd ? Self.certain : -Self.certain
    }

    private func ends(_ state: UInt64) -> Bool {
        SplitMix.uniform(SplitMix.mix(state ^ 0xA076_1D64_78BD_642F)) < endProbability
    }

    /// 0 ..< 8.
    private static let chances: [Float] = {
        var state: UInt64 = 1
        return (0..<1 << 14).map { _ in
            state = SplitMix.mix(state)
            return Float(state >> 40) * 0x1p-24 * 8
        }
    }()
}
