package import JSON

/// The number of a token in a model's vocabulary, from 0.
package typealias TokenID = Int32

/// Turns text into the token ids that a model was trained on, and back.
///
/// A value is one reference to immutable tables: copy it freely, use it from any task.
package struct Tokenizer: Sendable {
    final class Storage: Sendable {
        let parts: TokenizerParts
        init(_ parts: TokenizerParts) { self.parts = parts }
    }

    let storage: Storage

    init(_ parts: TokenizerParts) { storage = Storage(parts) }

    /// - Throws: `TokenizerError` naming the field that cannot be used.
    package init(gguf: GGUFVocabulary) throws(TokenizerError) { self.init(try gguf.parts()) }

    /// Reads a Hugging Face `tokenizer.json`, and from `tokenizer_config.json` the names of the special tokens.
    ///
    /// - Throws: `TokenizerError` naming the field that cannot be used.
    package init(tokenizerJSON: JSON, config: JSON?) throws(TokenizerError) {
        self.init(try HuggingFaceReader(tokenizerJSON, config: config).parts())
    }

    /// Reads a tiktoken file: lines of "base64(token) rank".
    ///
    /// - Throws: `TokenizerError` naming the line that cannot be used.
    package init(
        tiktokenRanks: [UInt8], encoding: TiktokenEncoding, specialTokens: [(String, TokenID)]
    ) throws(TokenizerError) {
        self.init(try TiktokenReader(encoding: encoding, specialTokens: specialTokens).parts(tiktokenRanks))
    }

    /// One more than the highest id. A model's logits can be longer (padding rows), never shorter.
    package var vocabularySize: Int { storage.parts.vocabulary.count }
    /// The token that begins a text, if the model has one.
    package var bosToken: TokenID? { storage.parts.special.bos }
    /// The token that the file calls end of sequence.
    package var eosToken: TokenID? { storage.parts.special.eos }
    /// Every token at which generation stops: end of sequence, of turn, of message; ascending.
    package var eosTokens: [TokenID] { storage.parts.special.ends.sorted() }
    package var paddingToken: TokenID? { storage.parts.special.padding }
    package var unknownToken: TokenID? { storage.parts.special.unknown }

    /// The ids of `text`.
    ///
    /// - Parameters:
    ///   - addSpecialTokens: put BOS and EOS around the text where the model's own tokenizer does. False for
    ///     text that a chat template wrote: it holds them already.
    ///   - parseSpecialTokens: read spellings of special tokens, such as `<|im_end|>`, as these tokens. False
    ///     for text of a user: it then cannot contain any special token, whatever it spells.
    package func encode(_ text: String, addSpecialTokens: Bool, parseSpecialTokens: Bool) -> [TokenID] {
        storage.parts.encode(text, addSpecialTokens: addSpecialTokens, parseSpecialTokens: parseSpecialTokens)
    }

    /// The text of `ids`. Bytes that are not UTF-8 become U+FFFD; ids outside the vocabulary say nothing.
    package func decode(_ ids: [TokenID], skipSpecialTokens: Bool) -> String {
        var output = TokenOutput(self, skipSpecialTokens: skipSpecialTokens)
        var bytes: [UInt8] = []
        for id in ids { output.append(id, to: &bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes that a token stands for, in the middle of a text; nil outside the vocabulary.
    package func bytes(of id: TokenID) -> [UInt8]? {
        let vocabulary = storage.parts.vocabulary
        return vocabulary.kind(of: id) == .absent ? nil : Array(vocabulary.bytes(of: id))
    }

    /// The id of a token as its file spells it ("<|im_end|>", "Ġthe", "▁the").
    package func id(of token: String) -> TokenID? { storage.parts.spellings.value(of: Array(token.utf8)) }

    /// Whether the token steers the model rather than being text (BOS, EOS, end of turn, …).
    package func isSpecial(_ id: TokenID) -> Bool { storage.parts.vocabulary.kind(of: id) == .special }
}
