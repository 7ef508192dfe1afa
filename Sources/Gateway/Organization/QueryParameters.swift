import Hummingbird
import OpenAI
import WebServer

/// Reads the parameters of a query, and refuses by name what it does not know or cannot read.
struct QueryParameters {
    private let pairs: [(name: String, value: String)]

    /// - Parameter known: every name that the route knows; lists may be written `name[]` too.
    init(_ request: Request, known: Set<String>) throws(APIError) {
        var pairs: [(String, String)] = []
        for pair in (request.uri.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), let value = Self.decoded(parts.count > 1 ? parts[1] : "") else {
                throw .invalid("The query is not percent-encoded UTF-8.", code: "invalid_query")
            }
            let plain = name.hasSuffix("[]") ? String(name.dropLast(2)) : name
            guard known.contains(plain) else {
                throw .invalid(
                    "Unknown query parameter '\(APIError.excerpt(name))'; known are \(known.sorted().joined(separator: ", ")).",
                    param: APIError.excerpt(name), code: "unknown_parameter")
            }
            pairs.append((plain, value))
        }
        self.pairs = pairs
    }

    private static func decoded(_ text: Substring) -> String? {
        PercentEncoding.decoded(String(text.map { $0 == "+" ? " " : $0 }))
    }

    func string(_ name: String) throws(APIError) -> String? {
        let values = pairs.filter { $0.name == name }.map(\.value)
        guard values.count < 2 else {
            throw .invalid("'\(name)' was sent \(values.count) times.", param: name, code: "invalid_value")
        }
        return values.first
    }

    /// All values, sent one by one or separated by commas; nil when there is none.
    func list(_ name: String) -> [String]? {
        let values = pairs.filter { $0.name == name }.flatMap { $0.value.split(separator: ",").map(String.init) }
        return values.isEmpty ? nil : values
    }

    func integer(_ name: String) throws(APIError) -> Int? {
        guard let text = try string(name) else { return nil }
        guard let number = Int(text) else { throw bad(name, text, "an integer") }
        return number
    }

    func bool(_ name: String) throws(APIError) -> Bool? {
        guard let text = try string(name) else { return nil }
        guard let value = Bool(text) else { throw bad(name, text, "true or false") }
        return value
    }

    /// Unix seconds, as milliseconds.
    func timeMs(_ name: String) throws(APIError) -> Int64? {
        guard let seconds = try integer(name) else { return nil }
        guard (0...253_402_300_799).contains(seconds) else { throw bad(name, "\(seconds)", "Unix time in seconds") }
        return Int64(seconds) * 1000
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String) throws(APIError) -> Choice? {
        guard let text = try string(name) else { return nil }
        return try Self.choice(name, text)
    }

    func choices<Choice: RawRepresentable<String> & CaseIterable & Hashable>(
        _ name: String
    ) throws(APIError) -> Set<Choice> {
        var choices: Set<Choice> = []
        for text in list(name) ?? [] { choices.insert(try Self.choice(name, text)) }
        return choices
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ text: String
    ) throws(APIError) -> Choice {
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw .invalid(
            "'\(name)' must be one of \(known), not '\(APIError.excerpt(text))'.", param: name, code: "invalid_value")
    }

    private func bad(_ name: String, _ text: String, _ expected: String) -> APIError {
        .invalid("'\(name)' must be \(expected), not '\(APIError.excerpt(text))'.", param: name, code: "invalid_value")
    }
}
