package import Weights

/// Why a checkpoint is not a model that can run.
package enum ModelError: Error, Equatable, CustomStringConvertible {
    /// An architecture that no family knows; `supported` lists those that are.
    case architecture(String, supported: [String])
    /// A field the config lacks.
    case missingField(String)
    /// A field whose value cannot be; `expected` says what could.
    case field(String, found: String, expected: String)
    /// A tensor of another shape than the config asks for.
    case shape(tensor: String, found: [Int], expected: [Int])
    /// A tensor that the architecture has no place for.
    case unusedTensor(String)
    /// A tensor that is missing, unreadable or of an unsupported type.
    case weights(WeightsError)
    /// The system started no threads to load with.
    case threads(Int)
    /// The pool that packs was stopped.
    case abandoned

    package var description: String {
        switch self {
        case .architecture(let name, let supported):
            "The architecture \(shown(name)) is not supported; supported are \(supported.joined(separator: ", "))."
        case .missingField(let name):
            "The model's config has no \(name), which its architecture needs; get the model again."
        case .field(let name, let found, let expected):
            "The model's config says \(name) is \(found), but it must be \(expected)."
        case .shape(let tensor, let found, let expected):
            "Tensor \(shown(tensor)) is \(found) and the config makes it \(expected); they are not of one model."
        case .unusedTensor(let name):
            "Tensor \(shown(name)) has no place in the model's architecture; models of this kind are not supported."
        case .weights(let error):
            error.description
        case .threads(let count):
            "The system did not start \(count) threads to load the model with; use fewer."
        case .abandoned:
            "The model was not loaded to its end, because its device was wanted elsewhere."
        }
    }
}

/// A string from a file as it may appear in a message: quoted, escaped, at most 80 characters.
func shown(_ text: String) -> String {
    let head = text.unicodeScalars.prefix(80).map { $0.escaped(asASCII: true) }.joined()
    return "'" + head + (text.unicodeScalars.count > 80 ? "…'" : "'")
}
