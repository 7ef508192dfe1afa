/// The metadata of a GGUF file: keys and values in file order.
package struct GGUFMetadata: Sendable {
    private struct Entry: Sendable {
        let value: GGUFValue
        /// Place of the value in the file.
        let byte: Int?
    }

    /// For messages.
    package let file: String
    /// In file order.
    package private(set) var keys: [String] = []
    private var entries: [String: Entry] = [:]

    init(file: String) {
        self.file = file
    }

    /// Metadata that never was in a file; of equal keys the first counts.
    package init(_ pairs: [(String, GGUFValue)], file: String = "metadata") {
        self.init(file: file)
        for (key, value) in pairs where self[key] == nil { _ = insert(key, value, byte: nil) }
    }

    /// False when the key is there already.
    mutating func insert(_ key: String, _ value: GGUFValue, byte: Int?) -> Bool {
        guard entries.updateValue(Entry(value: value, byte: byte), forKey: key) == nil else { return false }
        keys.append(key)
        return true
    }

    package subscript(key: String) -> GGUFValue? { entries[key]?.value }
}

/// Typed look-ups. They throw `WeightsError` when the key is missing or its value is of another type, and
/// the `IfPresent` forms return nil for a missing key but still throw for a wrong type.
extension GGUFMetadata {
    package func string(_ key: String) throws(WeightsError) -> String { try required(key, stringIfPresent(key)) }
    /// Any integer type whose value fits `Int`.
    package func int(_ key: String) throws(WeightsError) -> Int { try required(key, intIfPresent(key)) }
    /// Any number type.
    package func float(_ key: String) throws(WeightsError) -> Float { try required(key, floatIfPresent(key)) }
    package func bool(_ key: String) throws(WeightsError) -> Bool { try required(key, boolIfPresent(key)) }
    package func strings(_ key: String) throws(WeightsError) -> [String] { try required(key, stringsIfPresent(key)) }
    package func ints(_ key: String) throws(WeightsError) -> [Int] { try required(key, intsIfPresent(key)) }
    package func floats(_ key: String) throws(WeightsError) -> [Float] { try required(key, floatsIfPresent(key)) }
    package func bools(_ key: String) throws(WeightsError) -> [Bool] { try required(key, boolsIfPresent(key)) }

    package func stringIfPresent(_ key: String) throws(WeightsError) -> String? {
        try optional(key, "a string", \.string)
    }
    package func intIfPresent(_ key: String) throws(WeightsError) -> Int? {
        try optional(key, "an integer of 64 bits", \.int)
    }
    package func floatIfPresent(_ key: String) throws(WeightsError) -> Float? {
        try optional(key, "a number", \.float)
    }
    package func boolIfPresent(_ key: String) throws(WeightsError) -> Bool? {
        try optional(key, "true or false", \.bool)
    }
    package func stringsIfPresent(_ key: String) throws(WeightsError) -> [String]? {
        try optional(key, "an array of strings", \.array?.strings)
    }
    package func intsIfPresent(_ key: String) throws(WeightsError) -> [Int]? {
        try optional(key, "an array of integers of 64 bits", \.array?.ints)
    }
    package func floatsIfPresent(_ key: String) throws(WeightsError) -> [Float]? {
        try optional(key, "an array of numbers", \.array?.floats)
    }
    package func boolsIfPresent(_ key: String) throws(WeightsError) -> [Bool]? {
        try optional(key, "an array of booleans", \.array?.bools)
    }

    private func optional<T>(
        _ key: String, _ rule: String, _ convert: (GGUFValue) -> T?
    ) throws(WeightsError) -> T? {
        guard let entry = entries[key] else { return nil }
        guard let value = convert(entry.value) else { throw invalid(key, rule: rule) }
        return value
    }

    /// The error that says that the value of `key` is not what `rule` asks for: "a power of two", "at least 1".
    package func invalid(_ key: String, rule: String) -> WeightsError {
        let problem = WeightsError.Problem.invalid(value: self[key]?.summary ?? "missing", rule: rule)
        return WeightsError(problem, file: file, field: "metadata \(quoted(key))", byte: entries[key]?.byte)
    }

    private func required<T>(_ key: String, _ value: T?) throws(WeightsError) -> T {
        guard let value else { throw WeightsError(.missing, file: file, field: "metadata \(quoted(key))") }
        return value
    }
}
