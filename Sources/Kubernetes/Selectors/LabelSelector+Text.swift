/// Why a text is no selector.
package struct SelectorError: Error, Equatable, CustomStringConvertible {
    package let text: String
    package let reason: String

    package var description: String { "'\(Words.excerpt(text))' is no selector: \(reason)" }
}

extension LabelSelector {
    /// Reads the form that `kubectl -l` and the query `labelSelector` have: `app=x,tier in (a,b),!gone`.
    package init(parsing text: String) throws(SelectorError) {
        var requirements: [Requirement] = []
        for part in try Self.parts(of: text) { requirements.append(try Self.requirement(part, of: text)) }
        self.init(requirements)
    }

    /// The parts between commas that stand outside parentheses; none for an empty text.
    private static func parts(of text: String) throws(SelectorError) -> [String] {
        var (parts, isInside) = ([""], false)
        for character in text {
            switch character {
            case "(" where isInside, ")" where !isInside:
                throw SelectorError(text: text, reason: "a parenthesis stands where none can")
            case "(", ")": isInside = character == "("
            case "," where !isInside:
                parts.append("")
                continue
            default: break
            }
            parts[parts.count - 1].append(character)
        }
        if isInside { throw SelectorError(text: text, reason: "a parenthesis is not closed") }
        parts = parts.map(trimmed)
        if parts == [""] { return [] }
        if parts.contains("") { throw SelectorError(text: text, reason: "there is nothing between two commas") }
        return parts
    }

    private static func requirement(_ part: String, of text: String) throws(SelectorError) -> Requirement {
        if part.hasSuffix(")") { return try setRequirement(part, of: text) }
        for sign in ["!=", "==", "=", ">", "<"] {
            guard let (left, right) = split(part, at: sign) else { continue }
            return try comparison(try key(left, of: text), sign, right, of: text)
        }
        if part.hasPrefix("!") { return .absent(try key(trimmed(String(part.dropFirst())), of: text)) }
        return .exists(try key(part, of: text))
    }

    private static func comparison(
        _ key: String, _ sign: String, _ right: String, of text: String
    ) throws(SelectorError) -> Requirement {
        switch (sign, Int(right)) {
        case (">", let bound?): return .isAbove(key, bound)
        case ("<", let bound?): return .isBelow(key, bound)
        case (">", nil), ("<", nil): throw SelectorError(text: text, reason: "'\(sign)' needs a whole number")
        case ("!=", _): return .isNoneOf(key, [try value(right, of: text)])
        default: return .isOneOf(key, [try value(right, of: text)])
        }
    }

    /// `key in (a,b)` or `key notin (a,b)`.
    private static func setRequirement(_ part: String, of text: String) throws(SelectorError) -> Requirement {
        guard let opening = part.firstIndex(of: "(") else {
            throw SelectorError(text: text, reason: "a parenthesis stands where none can")
        }
        let words = part[..<opening].split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 2, ["in", "notin"].contains(words[1]) else {
            throw SelectorError(text: text, reason: "values in parentheses follow 'KEY in' or 'KEY notin'")
        }
        let key = try key(words[0], of: text)
        var values: [String] = []
        for word in part[part.index(after: opening)...].dropLast().split(
            separator: ",", omittingEmptySubsequences: false)
        {
            values.append(try value(trimmed(String(word)), of: text))
        }
        return words[1] == "in" ? .isOneOf(key, values) : .isNoneOf(key, values)
    }

    private static func split(_ part: String, at sign: String) -> (String, String)? {
        guard let range = part.firstRange(of: sign) else { return nil }
        return (trimmed(String(part[..<range.lowerBound])), trimmed(String(part[range.upperBound...])))
    }

    private static func key(_ key: String, of text: String) throws(SelectorError) -> String {
        let isName = key.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: "/") }
        guard isName, !key.isEmpty, key.utf8.count <= 317 else {
            throw SelectorError(text: text, reason: "'\(Words.excerpt(key))' is no label's name")
        }
        return key
    }

    private static func value(_ value: String, of text: String) throws(SelectorError) -> String {
        guard value.utf8.allSatisfy(isNameByte), value.utf8.count <= 63 else {
            throw SelectorError(text: text, reason: "'\(Words.excerpt(value))' is no label's value")
        }
        return value
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

func trimmed(_ text: String) -> String {
    let end = text.lastIndex { !$0.isWhitespace }
    guard let start = text.firstIndex(where: { !$0.isWhitespace }), let end else { return "" }
    return String(text[start...end])
}
