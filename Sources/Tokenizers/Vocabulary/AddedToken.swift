/// A token that is recognised whole in the text, before text is split (Hugging Face's `added_tokens`).
struct AddedToken: Sendable, Equatable {
    var id: TokenID
    var content: String
    /// Steers the model: recognised only where special tokens are parsed.
    var isSpecial = false
    /// Takes the white space before it along.
    var stripsLeft = false
    /// Takes the white space after it along.
    var stripsRight = false
    /// Counts only where no letter or digit touches it.
    var isSingleWord = false
    /// Recognised in normalized text.
    var isNormalized = false
}
