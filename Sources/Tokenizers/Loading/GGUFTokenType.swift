/// The types in `tokenizer.ggml.token_type` of a GGUF file, which are SentencePiece's.
enum GGUFTokenType: Int32 {
    case undefined = 0
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6

    var kind: TokenKind {
        switch self {
        case .unknown, .control: .special
        case .userDefined: .added
        case .undefined, .normal, .unused, .byte: .normal
        }
    }
}
