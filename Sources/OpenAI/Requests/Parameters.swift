import JSON

/// Reads the members of one JSON object and throws errors that name the parameter, say what was expected and
/// what came. A member that is `null` counts as missing, as it does for OpenAI.
struct Parameters {
    let object: JSONObject
    /// Where the object stands in the body; empty for the body itself.
    let path: String

    init(_ value: JSON, path: String) throws(APIError) {
        guard let object = value.object else { throw .wrongType(value, path: path, expected: "an object") }
        self.object = object
        self.path = path
    }

    /// The full name of a member: `messages[2].content`.
    func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    subscript(key: String) -> JSON? {
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    func required(_ key: String) throws(APIError) -> JSON {
        if let value = self[key] { return value }
        throw .invalid(
            "'\(name(key))' is required.", param: name(key), code: "missing_required_parameter")
    }

    func string(_ key: String) throws(APIError) -> String? {
        guard let value = self[key] else { return nil }
        guard let text = value.string else { throw .wrongType(value, path: name(key), expected: "a string") }
        return text
    }

    func bool(_ key: String) throws(APIError) -> Bool? {
        guard let value = self[key] else { return nil }
        guard let flag = value.bool else { throw .wrongType(value, path: name(key), expected: "true or false") }
        return flag
    }

    /// An integer; a number such as `2.0` counts as one, because some clients have no integers.
    func integer(_ key: String, in range: ClosedRange<Int>) throws(APIError) -> Int? {
        guard let value = self[key] else { return nil }
        let expected = Self.describe(range)
        guard value.double != nil else { throw .wrongType(value, path: name(key), expected: expected) }
        guard let number = value.int, range.contains(number) else {
            throw .wrongValue(value, path: name(key), expected: expected)
        }
        return number
    }

    func number(_ key: String, in range: ClosedRange<Double>) throws(APIError) -> Double? {
        try number(key, in: range, expected: "a number between \(range.lowerBound) and \(range.upperBound)")
    }

    /// A number above 0 and at most `limit`.
    func number(_ key: String, above0UpTo limit: Double) throws(APIError) -> Double? {
        try number(key, in: Double.leastNonzeroMagnitude...limit, expected: "a number above 0 and at most \(limit)")
    }

    private func number(
        _ key: String, in range: ClosedRange<Double>, expected: String
    ) throws(APIError) -> Double? {
        guard let value = self[key] else { return nil }
        guard let number = value.double else { throw .wrongType(value, path: name(key), expected: expected) }
        guard range.contains(number) else { throw .wrongValue(value, path: name(key), expected: expected) }
        return number
    }

    private static func describe(_ range: ClosedRange<Int>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): "an integer of 64 bits"
        case (let lowest, .max), (let lowest, Int(Int32.max)): "an integer of at least \(lowest)"
        case (let lowest, let highest): "an integer between \(lowest) and \(highest)"
        }
    }
}

extension APIError {
    /// 400: a value of another type than the parameter takes.
    static func wrongType(_ value: JSON, path: String, expected: String) -> APIError {
        let place = path.isEmpty ? "The request body" : "'\(path)'"
        return invalid(
            "\(place) must be \(expected), not \(value.kind).", param: path.isEmpty ? nil : path, code: "invalid_type")
    }

    /// 400: a value of the right type that the parameter does not take.
    static func wrongValue(_ value: JSON, path: String, expected: String) -> APIError {
        invalid("'\(path)' must be \(expected), not \(excerpt(value)).", param: path, code: "invalid_value")
    }

    /// A value as an error shows it: never more than a few words of what the client sent.
    static func excerpt(_ value: JSON) -> String {
        switch value {
        case .array, .object: return value.kind
        case .string(let text): return "'\(excerpt(text))'"
        default: return excerpt(value.serialized())
        }
    }

    /// The beginning of a text. Scalars are counted, for one character may hold any number of them.
    package static func excerpt(_ text: String) -> String {
        text.utf8.count <= 64 ? text : String(text.unicodeScalars.prefix(60)) + "…"
    }
}
