/// Turns a stream of token ids into text piece by piece, never emitting half a character.
///
/// The pieces joined, `finish()` included, equal `decode` of all the ids.
package struct Detokenizer: Sendable {
    /// - Parameters:
    ///   - skipSpecialTokens: leave out tokens that are not text, such as the end of a turn.
    ///   - isStart: whether the stream begins a text. SentencePiece drops the space before the first word of
    ///     a text; a stream that continues one keeps it.
    package init(_ tokenizer: Tokenizer, skipSpecialTokens: Bool = true, isStart: Bool = true) {
        fatalError("being written")
    }

    /// The text that became complete with `id`; empty while a character is still unfinished.
    package mutating func append(_ id: TokenID) -> String { fatalError("being written") }

    /// What is left: U+FFFD for a character that never was finished.
    package mutating func finish() -> String { fatalError("being written") }
}
