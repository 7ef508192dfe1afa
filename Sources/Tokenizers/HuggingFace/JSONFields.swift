import JSON

/// The members of a JSON object with the path to it, so that an error can name the field.
///
/// A member that is null counts as missing.
struct JSONFields {
    let path: String
    let object: JSONObject

    init(_ value: JSON, _ path: String) throws(TokenizerError) {
        guard case .object(let object) = value else {
            throw .wrongKind(field: path, expected: "an object", found: value.kind)
        }
        self.path = path
        self.object = object
    }

    func path(_ key: String) -> String { "\(path).\(key)" }

    /// The member; nil when it is missing or null.
    subscript(key: String) -> JSON? {
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    func required(_ key: String) throws(TokenizerError) -> JSON {
        guard let value = self[key] else { throw .missing(field: path(key)) }
        return value
    }

    func string(_ key: String) throws(TokenizerError) -> String { try Self.string(try required(key), path(key)) }

    func stringIfPresent(_ key: String) throws(TokenizerError) -> String? {
        guard let value = self[key] else { return nil }
        return try Self.string(value, path(key))
    }

    func bool(_ key: String, default: Bool) throws(TokenizerError) -> Bool { try boolIfPresent(key) ?? `default` }

    func boolIfPresent(_ key: String) throws(TokenizerError) -> Bool? {
        guard let value = self[key] else { return nil }
        guard let bool = value.bool else {
            throw .wrongKind(field: path(key), expected: "true or false", found: value.kind)
        }
        return bool
    }

    func int(_ key: String, in allowed: ClosedRange<Int>, default: Int? = nil) throws(TokenizerError) -> Int {
        guard let value = self[key] ?? `default`.map(JSON.int) else { throw .missing(field: path(key)) }
        return try Self.int(value, path(key), in: allowed)
    }

    /// An id of a token.
    func id(_ key: String) throws(TokenizerError) -> TokenID { TokenID(try int(key, in: 0...Vocabulary.largestID)) }

    func fields(_ key: String) throws(TokenizerError) -> JSONFields { try JSONFields(try required(key), path(key)) }

    func array(_ key: String) throws(TokenizerError) -> [JSON] {
        let value = try required(key)
        guard let array = value.array else {
            throw .wrongKind(field: path(key), expected: "an array", found: value.kind)
        }
        return array
    }

    /// The objects of an array, each with its path.
    func list(_ key: String) throws(TokenizerError) -> [JSONFields] {
        var result: [JSONFields] = []
        for (index, value) in try array(key).enumerated() {
            result.append(try JSONFields(value, "\(path(key))[\(index)]"))
        }
        return result
    }

    static func string(_ value: JSON, _ path: @autoclosure () -> String) throws(TokenizerError) -> String {
        guard let string = value.string else {
            throw .wrongKind(field: path(), expected: "a string", found: value.kind)
        }
        return string
    }

    static func int(
        _ value: JSON, _ path: @autoclosure () -> String, in allowed: ClosedRange<Int>
    ) throws(TokenizerError) -> Int {
        guard let int = value.int else { throw .wrongKind(field: path(), expected: "an integer", found: value.kind) }
        guard allowed.contains(int) else { throw .outOfRange(field: path(), value: int, allowed: allowed) }
        return int
    }
}
