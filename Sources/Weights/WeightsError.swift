/// Why a model file or directory cannot be used: which file, which field, at which byte, with which value.
package struct WeightsError: Error, Sendable, Equatable {
    package enum Problem: Sendable, Equatable {
        /// The system refused to open, map, read or write the file; the text is the system's.
        case unreadable(String)
        /// The file is not a model we know; says what it looks like.
        case unknownFormat(String)
        /// The file is well-formed but uses something that is not built; the second text says what to use instead.
        case unsupported(String, advice: String)
        /// The field needs more bytes than the file has left at that place.
        case truncated(needed: UInt64, left: Int)
        /// The text is not JSON; says why.
        case malformed(String)
        /// A value breaks a rule of the format.
        case invalid(value: String, rule: String)
        /// A name that must be unique occurs a second time.
        case duplicate
        /// Something that the reader asked for is not there.
        case missing
        /// The file became shorter after it was opened.
        case shrunk(from: Int, to: Int)
        /// The system has no memory for so many bytes.
        case outOfMemory(bytes: Int)
    }

    /// The path as it was given.
    package let file: String
    /// What was being read, such as `metadata key 'general.alignment'`; empty when it is the file as a whole.
    package let field: String
    /// Place in the file, from 0; nil where no single byte is to blame.
    package let byte: Int?
    package let problem: Problem

    package init(_ problem: Problem, file: String, field: String = "", byte: Int? = nil) {
        self.file = file
        self.field = field
        self.byte = byte
        self.problem = problem
    }
}

extension WeightsError: CustomStringConvertible {
    /// One sentence: what is wrong, where, and what to do about it.
    package var description: String {
        let place = byte.map { "\(field) at byte \($0)" } ?? field
        return [file, place, complaint].filter { !$0.isEmpty }.joined(separator: ": ")
    }

    private var complaint: String {
        switch problem {
        case .unreadable(let reason): reason
        case .unknownFormat(let guess):
            "\(guess); a model is a GGUF file, or a directory with config.json and safetensors files"
        case .unsupported(let what, let advice): "\(what) is not supported; \(advice)"
        case .truncated(let needed, let left):
            "needs \(needed) bytes but only \(left) are left; the file is truncated or damaged, get it again"
        case .malformed(let reason): "\(reason); the file is damaged, get it again"
        case .invalid(let value, let rule): "is \(value) but must be \(rule); the file is damaged, get it again"
        case .duplicate: "occurs twice; the file is damaged, get it again"
        case .missing: "is missing; check that the model is complete and of the expected kind"
        case .shrunk(let from, let to):
            "the file shrank from \(from) to \(to) bytes while it was open; load the model again"
        case .outOfMemory(let bytes): "there is no memory for \(bytes) bytes; use a smaller model or quantization"
        }
    }
}

/// A name from a file as it may appear in a message: quoted, without control characters, at most 80 characters.
func quoted(_ name: String) -> String {
    let limit = 80
    let shown = name.unicodeScalars.prefix(limit).map { scalar in
        isPrintable(scalar) ? String(scalar) : scalar.escaped(asASCII: true)
    }
    return "'" + shown.joined() + (name.unicodeScalars.count > limit ? "…'" : "'")
}

/// Control and format characters can rewrite a terminal's line, so they are never shown raw.
private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
    default: true
    }
}
