package import JSON

/// The number of a token in a model's vocabulary, from 0.
package typealias TokenID = Int32

/// Turns text into the token ids that a model was trained on, and back.
///
/// A value is one reference to immutable tables: copy it freely, use it from any task.
package struct Tokenizer: Sendable {
    /// - Throws: `TokenizerError` naming the field that cannot be used.
    package init(gguf: GGUFVocabulary) throws(TokenizerError) { fatalError("being written") }

    /// Reads a Hugging Face `tokenizer.json`, and from `tokenizer_config.json` the names of the special tokens.
    ///
    /// - Throws: `TokenizerError` naming the field that cannot be used.
    package init(tokenizerJSON: JSON, config: JSON?) throws(TokenizerError) { fatalError("being written") }

    /// Reads a tiktoken file: lines of "base64(token) rank".
    ///
    /// - Throws: `TokenizerError` naming the line that cannot be used.
    package init(
        tiktokenRanks: [UInt8], encoding: TiktokenEncoding, specialTokens: [(String, TokenID)]
    ) throws(TokenizerError) { fatalError("being written") }

    /// One more than the highest id. A model's logits can be longer (padding rows), never shorter.
    package var vocabularySize: Int { fatalError("being written") }
    /// The token that begins a text, if the model has one.
    package var bosToken: TokenID? { fatalError("being written") }
    /// The token that the file calls end of sequence.
    package var eosToken: TokenID? { fatalError("being written") }
    /// Every token at which generation stops: end of sequence, of turn, of message; ascending.
    package var eosTokens: [TokenID] { fatalError("being written") }
    package var paddingToken: TokenID? { fatalError("being written") }
    package var unknownToken: TokenID? { fatalError("being written") }

    /// The ids of `text`.
    ///
    /// - Parameters:
    ///   - addSpecialTokens: put BOS and EOS around the text where the model's own tokenizer does. False for
    ///     text that a chat template wrote: it holds them already.
    ///   - parseSpecialTokens: read spellings of special tokens, such as `<|im_end|>`, as these tokens. False
    ///     for text of a user: it then cannot contain any special token, whatever it spells.
    package func encode(_ text: String, addSpecialTokens: Bool, parseSpecialTokens: Bool) -> [TokenID] {
        fatalError("being written")
    }

    /// The text of `ids`. Bytes that are not UTF-8 become U+FFFD; ids outside the vocabulary say nothing.
    package func decode(_ ids: [TokenID], skipSpecialTokens: Bool) -> String { fatalError("being written") }

    /// The bytes that a token stands for, in the middle of a text; nil outside the vocabulary.
    package func bytes(of id: TokenID) -> [UInt8]? { fatalError("being written") }

    /// The id of a token as its file spells it ("<|im_end|>", "Ġthe", "▁the").
    package func id(of token: String) -> TokenID? { fatalError("being written") }

    /// Whether the token steers the model rather than being text (BOS, EOS, end of turn, …).
    package func isSpecial(_ id: TokenID) -> Bool { fatalError("being written") }
}

/// The encodings of OpenAI's models by the pattern that splits text.
package enum TiktokenEncoding: String, Sendable, CaseIterable {
    case r50k = "r50k_base"
    case cl100k = "cl100k_base"
    case o200k = "o200k_base"
}
