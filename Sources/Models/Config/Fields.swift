import JSON

/// The fields of a config, each read with the range it may have: a config is written by a stranger.
struct Fields {
    /// Put before every key: "qwen2." in GGUF, "rope_scaling." in a section of config.json.
    let prefix: String
    private let lookup: (String) -> ConfigValue?

    /// `lookup` gets keys with the prefix.
    init(prefix: String = "", lookup: @escaping (String) -> ConfigValue?) {
        self.prefix = prefix
        self.lookup = lookup
    }

    /// The value as it stands, nil when absent.
    subscript(key: String) -> ConfigValue? { lookup(prefix + key) }

    func contains(_ key: String) -> Bool { self[key] != nil }

    /// An integer in `range`; `otherwise` when the field is absent.
    func integer(_ key: String, _ range: ClosedRange<Int>, otherwise: Int? = nil) throws(ModelError) -> Int {
        guard let value = self[key] else { return try absent(key, otherwise) }
        guard let integer = value.exactInteger, range.contains(integer) else {
            throw refused(key, "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }

    /// A finite number in `range`; `otherwise` when the field is absent.
    func number(_ key: String, _ range: ClosedRange<Double>, otherwise: Double? = nil) throws(ModelError) -> Double {
        guard let value = self[key] else { return try absent(key, otherwise) }
        guard let number = value.double, range.contains(number) else {
            throw refused(key, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func flag(_ key: String, otherwise: Bool) throws(ModelError) -> Bool {
        guard let value = self[key] else { return otherwise }
        guard case .flag(let flag) = value else { throw refused(key, "true or false") }
        return flag
    }

    func text(_ key: String, otherwise: String? = nil) throws(ModelError) -> String {
        guard let value = self[key] else { return try absent(key, otherwise) }
        guard case .text(let text) = value else { throw refused(key, "a string") }
        return text
    }

    /// A list of strings; nil when the field is absent.
    func texts(_ key: String) throws(ModelError) -> [String]? {
        guard let value = self[key] else { return nil }
        guard case .list(let values) = value else { throw refused(key, "a list of strings") }
        return try values.map { element throws(ModelError) in
            guard case .text(let text) = element else { throw refused(key, "a list of strings") }
            return text
        }
    }

    /// The fields of an object inside this one; nil when absent.
    func section(_ key: String) throws(ModelError) -> Fields? {
        guard let value = self[key] else { return nil }
        guard case .section(let object) = value else { throw refused(key, "an object") }
        let inner = prefix + key + "."
        return Fields(prefix: inner) { name in object[String(name.dropFirst(inner.count))].flatMap { ConfigValue($0) } }
    }

    /// The error that says what stands in the field and what should.
    func refused(_ key: String, _ expected: String) -> ModelError {
        .field(prefix + key, found: self[key]?.shown ?? "absent", expected: expected)
    }

    private func absent<T>(_ key: String, _ otherwise: T?) throws(ModelError) -> T {
        guard let otherwise else { throw .missingField(prefix + key) }
        return otherwise
    }
}

extension ConfigValue {
    /// The integer, also of a number such as 2.0 that is one.
    fileprivate var exactInteger: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    fileprivate var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
