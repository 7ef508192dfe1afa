/// A pre-tokenizer pattern written out as code: where the match that begins at `place` ends.
///
/// Each is the fast form of a regular expression in `KnownPatterns`, against which tests hold it.
protocol Scanner: Sendable {
    /// Nil when no match begins at `place`. Costs no more than the match is long, give or take a constant.
    func matchEnd(at place: Int, in text: UTF8Text, before end: Int) -> Int?
}

/// GPT-2 and Falcon: words, numbers and signs, each with one space before it.
struct GPT2Scanner: Scanner, Equatable {
    private static let sign = UnicodeKind.all.subtracting([.space, .letter, .number])

    /// White space at the end of the text stays whole (the same as `\s+(?!\S)` there).
    func matchEnd(at place: Int, in text: UTF8Text, before end: Int) -> Int? {
        if let contraction = text.contraction(at: place, before: end, foldsCase: false) { return contraction }
        let first = text[place]
        let body = first.value == 0x20 && first.end < end ? first.end : place
        let kind = text[body].kind
        for members in [UnicodeKind.letter, .number, Self.sign] where members.contains(kind) {
            return text.run(of: members, from: body, before: end)
        }
        return text.spaces(at: place, before: end)
    }
}

/// Llama 3, Qwen 2 and tiktoken's cl100k: words with one sign or space before them, short numbers, signs with
/// the line breaks after them.
struct WordScanner: Scanner, Equatable {
    /// What words are made of.
    var word: UnicodeKind = .letter
    /// Most digits in a number.
    var digits = 3
    /// Whether white space that ends the text is one match even when it holds line breaks.
    var keepsTrailingSpace = false

    func matchEnd(at place: Int, in text: UTF8Text, before end: Int) -> Int? {
        if let contraction = text.contraction(at: place, before: end, foldsCase: true) { return contraction }
        let first = text[place]
        if word.contains(first.kind) { return text.run(of: word, from: place, before: end) }
        if UnicodeKind.number.contains(first.kind) {
            return text.run(of: .number, from: place, before: end, limit: digits)
        }
        let next = first.end < end ? text[first.end].kind : []
        if !next.isDisjoint(with: word), first.value != 0x0A, first.value != 0x0D {
            return text.run(of: word, from: first.end, before: end)
        }
        return signs(at: place, first, next, in: text, before: end) ?? spaces(at: place, in: text, before: end)
    }

    /// ` ?[^\s\p{L}\p{N}]+[\r\n]*`
    private func signs(
        at place: Int, _ first: UTF8Text.Scalar, _ next: UnicodeKind, in text: UTF8Text, before end: Int
    ) -> Int? {
        let sign = UnicodeKind.all.subtracting([.space, .number]).subtracting(word)
        let body = first.value == 0x20 && !next.isDisjoint(with: sign) ? first.end : place
        let signs = text.run(of: sign, from: body, before: end)
        return signs == body ? nil : text.lineBreaks(from: signs, before: end)
    }

    private func spaces(at place: Int, in text: UTF8Text, before end: Int) -> Int {
        if keepsTrailingSpace, text.run(of: .space, from: place, before: end) == end { return end }
        return text.spacesOrLines(at: place, before: end)
    }
}

/// DeepSeek V3 and R1, after numbers and CJK were split off: words with marks, an ASCII sign before ASCII
/// letters, signs with the line breaks after them.
struct DeepSeekScanner: Scanner, Equatable {
    private static let word: UnicodeKind = [.letter, .mark]
    private static let sign: UnicodeKind = [.punctuation, .symbol]

    func matchEnd(at place: Int, in text: UTF8Text, before end: Int) -> Int? {
        let first = text[place]
        if Self.word.contains(first.kind) { return text.run(of: Self.word, from: place, before: end) }
        let next = first.end < end ? text[first.end].kind : []
        let isSign = Self.sign.contains(first.kind)
        if isSign, first.value < 0x80 {
            let letters = asciiLetters(from: first.end, in: text, before: end)
            if letters > first.end { return letters }
        }
        if !isSign, first.value != 0x0A, first.value != 0x0D, !next.isDisjoint(with: Self.word) {
            return text.run(of: Self.word, from: first.end, before: end)
        }
        if isSign || first.value == 0x20 && !next.isDisjoint(with: Self.sign) {
            return text.lineBreaks(from: text.run(of: Self.sign, from: first.end, before: end), before: end)
        }
        return UnicodeKind.space.contains(first.kind) ? text.spacesOrLines(at: place, before: end) : nil
    }

    private func asciiLetters(from place: Int, in text: UTF8Text, before end: Int) -> Int {
        var place = place
        while place < end, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(text.bytes[place] | 0x20) { place += 1 }
        return place
    }
}
