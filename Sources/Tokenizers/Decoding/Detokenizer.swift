/// Turns a stream of token ids into text piece by piece, never emitting half a character.
///
/// The pieces joined, `finish()` included, equal `decode` of all the ids.
package struct Detokenizer: Sendable {
    private var output: TokenOutput
    /// The beginning of a character: at most three bytes between calls.
    private var pending: [UInt8] = []

    /// - Parameters:
    ///   - skipSpecialTokens: leave out tokens that are not text, such as the end of a turn.
    ///   - isStart: whether the stream begins a text. SentencePiece drops the space before the first word of
    ///     a text; a stream that continues one keeps it.
    package init(_ tokenizer: Tokenizer, skipSpecialTokens: Bool = true, isStart: Bool = true) {
        output = TokenOutput(tokenizer, skipSpecialTokens: skipSpecialTokens, isStart: isStart)
    }

    /// The text that became complete with `id`; empty while a character is still unfinished.
    package mutating func append(_ id: TokenID) -> String {
        output.append(id, to: &pending)
        let complete = pending.count - Self.unfinishedBytes(in: pending)
        defer { pending.removeFirst(complete) }
        return String(decoding: pending[..<complete], as: UTF8.self)
    }

    /// Whether the last token ended inside a character, so that text of it is still to come.
    package var isInsideCharacter: Bool { !pending.isEmpty }

    /// What is left: U+FFFD for a character that never was finished.
    package mutating func finish() -> String {
        defer { pending.removeAll() }
        return String(decoding: pending, as: UTF8.self)
    }

    /// How many bytes at the end may yet become a character (Unicode Standard, table 3-7).
    private static func unfinishedBytes(in bytes: [UInt8]) -> Int {
        for count in 1...3 where count <= bytes.count {
            let lead = bytes[bytes.count - count]
            if lead & 0xC0 == 0x80 { continue }
            let second = count > 1 ? bytes[bytes.count - count + 1] : nil
            return UTF8Text.length(ofCharacter: lead, second) > count ? count : 0
        }
        return 0
    }
}

extension UTF8Text {
    /// Bytes of the character that begins with these; 0 when none does.
    fileprivate static func length(ofCharacter lead: UInt8, _ second: UInt8?) -> Int {
        let allowed: ClosedRange<UInt8> =
            switch lead {
            case 0xE0: 0xA0...0xBF
            case 0xED: 0x80...0x9F
            case 0xF0: 0x90...0xBF
            case 0xF4: 0x80...0x8F
            default: 0x80...0xBF
            }
        guard (0xC2...0xF4).contains(lead), second.map(allowed.contains) ?? true else { return 0 }
        return length(leadingByte: lead)
    }
}
