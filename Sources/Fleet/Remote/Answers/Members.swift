import JSON

/// Reads what a worker wrote: members that are missing or cannot be true make it broken, those that are unknown are
/// skipped, for a newer worker may have more to say.
struct Members {
    let object: JSONObject
    /// What the object is, for errors.
    let place: String

    init(_ value: JSON?, _ place: String) throws(RemoteFailure) {
        guard let object = value?.object else { throw .broken("\(place) is no JSON object") }
        self.object = object
        self.place = place
    }

    /// A member that is there and not null.
    subscript(name: String) -> JSON? {
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    func text(_ name: String, maximumBytes: Int = 512) throws(RemoteFailure) -> String {
        guard let text = self[name]?.string, !text.isEmpty, text.utf8.count <= maximumBytes else {
            throw wrong(name, "a text of 1 to \(maximumBytes) bytes")
        }
        return text
    }

    /// A name without what breaks lines of a log or drives a terminal.
    func printableText(_ name: String, maximumBytes: Int) throws(RemoteFailure) -> String {
        let text = try text(name, maximumBytes: maximumBytes)
        guard WorkerWords.arePrintable(text) else { throw wrong(name, "a text without control characters") }
        return text
    }

    /// A name that stands in metrics and books: letters, digits and signs, no spaces.
    func asciiText(_ name: String, maximumBytes: Int) throws(RemoteFailure) -> String {
        let text = try text(name, maximumBytes: maximumBytes)
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw wrong(name, "letters, digits and signs of ASCII without spaces")
        }
        return text
    }

    func optionalText(_ name: String) throws(RemoteFailure) -> String? {
        self[name] == nil ? nil : try text(name)
    }

    func integer(_ name: String, in range: ClosedRange<Int> = 0...Int(Int32.max)) throws(RemoteFailure) -> Int {
        guard let value = self[name]?.int, range.contains(value) else {
            throw wrong(name, "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func integer(
        _ name: String, in range: ClosedRange<Int> = 0...Int(Int32.max), default missing: Int
    ) throws(RemoteFailure) -> Int {
        self[name] == nil ? missing : try integer(name, in: range)
    }

    func number(_ name: String, in range: ClosedRange<Double>) throws(RemoteFailure) -> Double {
        guard let value = self[name]?.double, range.contains(value) else {
            throw wrong(name, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func flag(_ name: String, default missing: Bool = false) throws(RemoteFailure) -> Bool {
        guard let value = self[name] else { return missing }
        guard let flag = value.bool else { throw wrong(name, "true or false") }
        return flag
    }

    func array(_ name: String) throws(RemoteFailure) -> [JSON] {
        guard let values = self[name]?.array else { throw wrong(name, "an array") }
        return values
    }

    func optionalArray(_ name: String) throws(RemoteFailure) -> [JSON] {
        self[name] == nil ? [] : try array(name)
    }

    func wrong(_ name: String, _ expected: String) -> RemoteFailure {
        let value = object[name].map { WorkerWords.excerpt($0.serialized(), limit: 60) } ?? "nothing"
        return .broken("'\(name)' of \(place) must be \(expected), not \(value)")
    }
}
