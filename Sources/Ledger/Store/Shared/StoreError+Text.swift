extension StoreError {
    /// PostgreSQL has no U+0000 in text, so neither store takes it.
    static let nulInText = StoreError.invalid("text with the character U+0000")
    static let closed = StoreError.unavailable("it is closed")
}
