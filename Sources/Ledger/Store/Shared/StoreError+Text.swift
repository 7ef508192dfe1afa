extension StoreError {
    /// PostgreSQL has no U+0000 in text, so neither store takes it.
    static let nulInText = StoreError.invalid("text with the character U+0000")
    static let closed = StoreError.unavailable("it is closed")

    /// The description without what the case says.
    var reason: String {
        switch self {
        case .unavailable(let reason), .diskFull(let reason), .readOnly(let reason), .conflict(let reason),
            .corrupt(let reason), .invalid(let reason):
            reason
        case .newerSchema: description
        }
    }
}
