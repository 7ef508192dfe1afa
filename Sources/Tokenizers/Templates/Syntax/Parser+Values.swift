extension Jinja.Parser {
    static let constants: [String: Jinja.Literal] = [
        "true": .bool(true), "True": .bool(true), "false": .bool(false), "False": .bool(false),
        "none": .none, "None": .none,
    ]

    func isValueStart() -> Bool {
        switch kind {
        case .name, .string, .integer, .float: true
        case .symbol(.leftParenthesis), .symbol(.leftBracket), .symbol(.leftBrace): true
        default: false
        }
    }

    mutating func parsePrimary() throws(TemplateError) -> Jinja.Expression {
        switch kind {
        case .name(let name):
            try next()
            return Self.constants[name].map { .literal($0) } ?? .name(symbol(name))
        case .string: return .literal(.string(try parseStrings()))
        case .integer(let value):
            try next()
            return .literal(.int(value))
        case .float(let value):
            try next()
            return .literal(.float(value))
        case .symbol(.leftParenthesis):
            try next()
            let value = try parseTuple(isParenthesized: true)
            try expect(.symbol(.rightParenthesis))
            return value
        case .symbol(.leftBracket): return .list(try parseItems())
        case .symbol(.leftBrace): return .mapping(try parsePairs())
        default: throw failure("unexpected \(Jinja.repr(kind.description))")
        }
    }

    /// Strings beside one another are one string.
    private mutating func parseStrings() throws(TemplateError) -> String {
        var text = ""
        while case .string(let part) = kind {
            text += part
            try next()
        }
        return text
    }

    private mutating func parseItems() throws(TemplateError) -> [Jinja.Expression] {
        var items: [Jinja.Expression] = []
        try next()
        while kind != .symbol(.rightBracket) {
            if !items.isEmpty { try expect(.symbol(.comma)) }
            if kind == .symbol(.rightBracket) { break }
            items.append(try parseExpression())
        }
        try next()
        return items
    }

    private mutating func parsePairs() throws(TemplateError) -> [Jinja.Pair] {
        var pairs: [Jinja.Pair] = []
        try next()
        while kind != .symbol(.rightBrace) {
            if !pairs.isEmpty { try expect(.symbol(.comma)) }
            if kind == .symbol(.rightBrace) { break }
            let key = try parseExpression()
            try expect(.symbol(.colon))
            pairs.append(Jinja.Pair(key: key, value: try parseExpression()))
        }
        try next()
        return pairs
    }
}
