/// Why a tokenizer could not be built. Encoding and decoding never fail.
package enum TokenizerError: Error, Equatable, Sendable {
    /// A field that every such file has is not there.
    case missing(field: String)
    /// A field holds another kind of value than it must.
    case wrongKind(field: String, expected: String, found: String)
    /// A number lies outside what its field allows.
    case outOfRange(field: String, value: Int, allowed: ClosedRange<Int>)
    /// Two tokens claim one id.
    case duplicateID(Int, first: String, second: String)
    /// A merge names a token that the vocabulary lacks.
    case unknownMerge(index: Int, token: String)
    /// A value is of the right kind but cannot be what it stands for.
    case malformed(field: String, reason: String)
    /// A named part (a model, a normalizer, a pre-tokenizer, …) that is not built here.
    case unsupported(field: String, name: String)
    /// A regular expression outside the subset that is read here.
    case unsupportedPattern(String, at: Int, reason: String)
}

extension TokenizerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let field):
            "The tokenizer has no \(field); use a file with a complete tokenizer."
        case .wrongKind(let field, let expected, let found):
            "\(field) of the tokenizer must be \(expected) but is \(found)."
        case .outOfRange(let field, let value, let allowed):
            "\(field) of the tokenizer is \(value), outside \(allowed.lowerBound)...\(allowed.upperBound)."
        case .duplicateID(let id, let first, let second):
            "Token id \(id) belongs to both '\(first)' and '\(second)' in the tokenizer."
        case .unknownMerge(let index, let token):
            "Merge \(index) of the tokenizer names '\(token)', which is not in its vocabulary."
        case .malformed(let field, let reason):
            "\(field) of the tokenizer cannot be read: \(reason)."
        case .unsupported(let field, let name):
            "\(field) of the tokenizer is '\(name)', which is not supported."
        case .unsupportedPattern(let pattern, let place, let reason):
            "The tokenizer splits text by the pattern '\(pattern)', not supported at character \(place): \(reason)."
        }
    }
}
