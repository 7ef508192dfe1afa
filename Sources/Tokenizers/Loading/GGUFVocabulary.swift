/// What `tokenizer.ggml.*` in a GGUF file says.
///
/// The caller copies the fields from the metadata, so that this room need not know the file format. A field
/// that the file lacks stays nil (or empty).
package struct GGUFVocabulary: Sendable {
    /// `tokenizer.ggml.model`: "gpt2" (byte-level BPE), "llama" (SentencePiece BPE) or "bert" (WordPiece).
    package var model: String
    /// `tokenizer.ggml.pre`: the name of the pre-tokenizer of byte-level BPE.
    package var pre: String?
    /// `general.name`. Some model families need rules that the format has no field for.
    package var modelName: String?
    /// `tokenizer.ggml.tokens`: the spelling of each token; the place is the id.
    package var tokens: [String]
    /// `tokenizer.ggml.scores`: the higher, the earlier a SentencePiece merge happens.
    package var scores: [Float] = []
    /// `tokenizer.ggml.token_type`: see `GGUFTokenType`.
    package var types: [Int32] = []
    /// `tokenizer.ggml.merges`: "left right" in order of rank.
    package var merges: [String] = []

    /// `tokenizer.ggml.bos_token_id`
    package var bosToken: Int?
    /// `tokenizer.ggml.eos_token_id`
    package var eosToken: Int?
    /// `tokenizer.ggml.eot_token_id`, the end of a turn
    package var eotToken: Int?
    /// `tokenizer.ggml.eom_token_id`, the end of a message
    package var eomToken: Int?
    /// `tokenizer.ggml.unknown_token_id`
    package var unknownToken: Int?
    /// `tokenizer.ggml.seperator_token_id` (the format spells it so)
    package var separatorToken: Int?
    /// `tokenizer.ggml.padding_token_id`
    package var paddingToken: Int?
    /// `tokenizer.ggml.cls_token_id`
    package var classToken: Int?
    /// `tokenizer.ggml.mask_token_id`
    package var maskToken: Int?

    /// `tokenizer.ggml.add_bos_token`
    package var addBOS: Bool?
    /// `tokenizer.ggml.add_eos_token`
    package var addEOS: Bool?
    /// `tokenizer.ggml.add_space_prefix`
    package var addSpacePrefix: Bool?

    package init(model: String, tokens: [String]) {
        self.model = model
        self.tokens = tokens
    }
}
