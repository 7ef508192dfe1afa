/// Finds added tokens in text: at each place the longest that begins there, from left to right.
///
/// A trie over bytes. One look-up for each place where no token begins; where one may, as many as the token
/// is long, which `longestToken` bounds, so that the whole is linear in the text.
struct AddedTokenMatcher: Sendable {
    /// Bytes. Longer ones are refused when a tokenizer is read.
    static let longestToken = 512

    enum Segment: Equatable {
        case text(Range<Int>)
        case token(TokenID)
    }

    private let tokens: [AddedToken]
    /// From (node, byte) to node; the root is 0.
    private var children: PairTable
    /// The place in `tokens` of the token that ends at each node, or -1.
    private var ends: [Int] = [-1]
    /// Whether any token begins with a byte.
    private var begins = Array(repeating: false, count: 256)

    /// - Parameter spelling: the bytes to look for.
    init(_ tokens: [AddedToken], spelling: (AddedToken) -> [UInt8] = { Array($0.content.utf8) }) {
        self.tokens = tokens
        children = PairTable(minimumCapacity: tokens.count * 8)
        for (index, token) in tokens.enumerated() { insert(spelling(token), index) }
    }

    private mutating func insert(_ bytes: [UInt8], _ index: Int) {
        guard let first = bytes.first else { return }
        begins[Int(first)] = true
        var node = 0
        for byte in bytes {
            let child = children[key: Self.key(node, byte)]
            if child == PairTable.absent {
                children.insert(Self.key(node, byte), UInt64(ends.count))
                node = ends.count
                ends.append(-1)
            } else {
                node = Int(child)
            }
        }
        ends[node] = index
    }

    @inline(__always)
    private static func key(_ node: Int, _ byte: UInt8) -> UInt64 { UInt64(node) << 8 | UInt64(byte) }

    /// `text` cut into added tokens and what lies between them; no segment is empty.
    func segments(of text: UTF8Text, parseSpecialTokens: Bool) -> [Segment] {
        var segments: [Segment] = []
        var done = 0
        var place = 0
        let count = text.bytes.count
        while place < count {
            guard begins[Int(text.bytes[place])], let found = match(in: text, at: place, parseSpecialTokens) else {
                place += 1
                continue
            }
            place = found.end
            guard let range = accepted(found.token, found.start..<found.end, in: text, notBefore: done) else {
                continue
            }
            if done < range.lowerBound { segments.append(.text(done..<range.lowerBound)) }
            segments.append(.token(found.token.id))
            // White space that a token took along may still hold other tokens, as in Hugging Face's library.
            done = range.upperBound
        }
        if done < count { segments.append(.text(done..<count)) }
        return segments
    }

    private func match(
        in text: UTF8Text, at start: Int, _ parseSpecialTokens: Bool
    ) -> (token: AddedToken, start: Int, end: Int)? {
        var best: (index: Int, end: Int)?
        var node = 0
        var place = start
        while place < text.bytes.count {
            let child = children[key: Self.key(node, text.bytes[place])]
            if child == PairTable.absent { break }
            node = Int(child)
            place += 1
            let index = ends[node]
            if index >= 0, parseSpecialTokens || !tokens[index].isSpecial { best = (index, place) }
        }
        return best.map { (tokens[$0.index], start, $0.end) }
    }

    /// What a token takes, white space included; nil when it must stand alone and does not.
    private func accepted(
        _ token: AddedToken, _ range: Range<Int>, in text: UTF8Text, notBefore done: Int
    ) -> Range<Int>? {
        var (start, end) = (range.lowerBound, range.upperBound)
        let count = text.bytes.count
        if token.isSingleWord {
            let touchesLeft = start > 0 && UnicodeKind.word.contains(text[text.start(before: start)].kind)
            let touchesRight = end < count && UnicodeKind.word.contains(text[end].kind)
            if touchesLeft || touchesRight { return nil }
        }
        if token.stripsLeft {
            while start > done, UnicodeKind.space.contains(text[text.start(before: start)].kind) {
                start = text.start(before: start)
            }
        }
        if token.stripsRight { end = text.run(of: .space, from: end, before: count) }
        return start..<end
    }
}
