/// tiktoken's o200k and Mistral's Tekken: words that begin where small letters end, with one sign or space
/// before them.
struct CasedScanner: Scanner, Equatable {
    /// What the front of a word is made of; the marks and the letters without case are in both parts.
    private static let front: UnicodeKind = [.uppercaseLetter, .titlecaseLetter, shared]
    private static let back: UnicodeKind = [.lowercaseLetter, shared]
    private static let shared: UnicodeKind = [.modifierLetter, .otherLetter, .mark]
    private static let sign = UnicodeKind.all.subtracting([.space, .letter, .number])

    /// Most digits in a number.
    var digits = 3
    /// Whether "'s", "'ll", … belong to the word before them.
    var takesContractions = true

    func matchEnd(at place: Int, in text: UTF8Text, before end: Int) -> Int? {
        let first = text[place]
        if let word = word(at: place, first, in: text, before: end) {
            guard takesContractions else { return word }
            return text.contraction(at: word, before: end, foldsCase: true) ?? word
        }
        if UnicodeKind.number.contains(first.kind) {
            return text.run(of: .number, from: place, before: end, limit: digits)
        }
        let isSpaced = first.value == 0x20 && first.end < end && Self.sign.contains(text[first.end].kind)
        let body = isSpaced ? first.end : place
        let signs = text.run(of: Self.sign, from: body, before: end)
        if signs > body { return text.lineBreaks(from: signs, before: end, slash: true) }
        return text.spacesOrLines(at: place, before: end)
    }

    /// Either alternative of the pattern for words, first with a scalar before the word, then without.
    private func word(at place: Int, _ first: UTF8Text.Scalar, in text: UTF8Text, before end: Int) -> Int? {
        if UnicodeKind.letter.contains(first.kind) {
            return wordWithBack(from: place, in: text, before: end)
                ?? text.run(of: Self.front, from: place, before: end)
        }
        guard !UnicodeKind.number.contains(first.kind), first.value != 0x0A, first.value != 0x0D else { return nil }
        if let word = wordWithBack(from: first.end, in: text, before: end) { return word }
        if UnicodeKind.mark.contains(first.kind) { return wordWithBack(from: place, in: text, before: end) }
        let front = text.run(of: Self.front, from: first.end, before: end)
        return front > first.end ? front : nil
    }

    /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`: the front takes all it can and gives back
    /// until the back has one.
    private func wordWithBack(from place: Int, in text: UTF8Text, before end: Int) -> Int? {
        var front = place
        var lastShared: Int?
        while front < end {
            let scalar = text[front]
            guard Self.front.contains(scalar.kind) else { break }
            front = scalar.end
            if Self.shared.contains(scalar.kind) { lastShared = front }
        }
        let back = text.run(of: Self.back, from: front, before: end)
        return back > front ? back : lastShared
    }
}
