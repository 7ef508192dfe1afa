import JSON

/// One table for what a custom resource may say: its OpenAPI form goes into the definition that the API server checks,
/// and `check` refuses the same objects with a sentence that says what to write instead.
package struct Schema: Sendable {
    indirect enum Kind: Sendable {
        case boolean
        case integer(ClosedRange<Int>)
        /// A text of at most `most` characters; `pattern` is anchored, and written so that RE2 and Swift read it alike.
        case text(pattern: String?, most: Int)
        case choice([String])
        case object([Field])
        /// An object of which exactly one of the fields is there.
        case oneOf([Field])
        /// Any names, texts as values.
        case map(of: Schema, most: Int)
        case array(of: Schema, least: Int, most: Int)
        /// What only the controller writes: not checked.
        case open
    }

    struct Field: Sendable {
        let name: String
        let isRequired: Bool
        let schema: Schema
    }

    let kind: Kind
    /// For `kubectl explain`.
    let about: String
    /// What to write, as the end of an error's sentence: "write …".
    let instead: String
    let standard: JSON?
}

extension Schema {
    static func boolean(_ about: String, standard: Bool) -> Schema {
        Schema(kind: .boolean, about: about, instead: "write true or false", standard: .bool(standard))
    }

    static func integer(_ about: String, _ range: ClosedRange<Int>, standard: Int? = nil) -> Schema {
        Schema(
            kind: .integer(range), about: about,
            instead: "write a whole number from \(range.lowerBound) to \(range.upperBound)",
            standard: standard.map { .int($0) })
    }

    static func text(
        _ about: String, _ pattern: String? = nil, most: Int = 253, instead: String, standard: String? = nil
    ) -> Schema {
        Schema(
            kind: .text(pattern: pattern, most: most), about: about, instead: instead,
            standard: standard.map { .string($0) })
    }

    static func choice(_ about: String, _ values: [String], standard: String? = nil) -> Schema {
        Schema(
            kind: .choice(values), about: about, instead: "write one of \(values.joined(separator: ", "))",
            standard: standard.map { .string($0) })
    }

    static func object(_ about: String, _ fields: [Field]) -> Schema {
        let names = fields.map(\.name).joined(separator: ", ")
        return Schema(kind: .object(fields), about: about, instead: "write an object with \(names)", standard: nil)
    }

    static func oneOf(_ about: String, _ fields: [Field]) -> Schema {
        let names = fields.map(\.name).joined(separator: " or ")
        return Schema(kind: .oneOf(fields), about: about, instead: "write exactly one of \(names)", standard: nil)
    }

    static func map(_ about: String, of value: Schema, most: Int = 64) -> Schema {
        Schema(
            kind: .map(of: value, most: most), about: about,
            instead: "write an object of at most \(most) names with texts", standard: nil)
    }

    static func array(_ about: String, of item: Schema, least: Int = 0, most: Int) -> Schema {
        let count = least > 0 ? "\(least) to \(most)" : "at most \(most)"
        return Schema(
            kind: .array(of: item, least: least, most: most), about: about, instead: "write a list of \(count) entries",
            standard: nil)
    }

    static func open(_ about: String) -> Schema { Schema(kind: .open, about: about, instead: "", standard: nil) }
}

extension Schema.Field {
    static func optional(_ name: String, _ schema: Schema) -> Schema.Field {
        Schema.Field(name: name, isRequired: false, schema: schema)
    }

    static func required(_ name: String, _ schema: Schema) -> Schema.Field {
        Schema.Field(name: name, isRequired: true, schema: schema)
    }
}
