extension Jinja.Parser {
    /// Attributes, items and calls after a value.
    mutating func parsePostfix(of value: Jinja.Expression) throws(TemplateError) -> Jinja.Expression {
        var value = value
        while case .symbol(let symbol) = kind {
            switch symbol {
            case .dot: value = try parseAttribute(of: value)
            case .leftBracket: value = try parseItem(of: value)
            case .leftParenthesis: value = .call(Jinja.Call(value, try parseArguments()))
            default: return value
            }
            try link()
        }
        return value
    }

    /// Filters, tests and calls of their results, after a value.
    mutating func parseFiltersAndTests(of value: Jinja.Expression) throws(TemplateError) -> Jinja.Expression {
        var value = value
        while true {
            switch kind {
            case .symbol(.pipe):
                try next()
                value = try parseFilter(of: value)
            case .name("is"): value = try parseTest(of: value)
            case .symbol(.leftParenthesis): value = .call(Jinja.Call(value, try parseArguments()))
            default: return value
            }
            try link()
        }
    }

    private mutating func parseAttribute(of value: Jinja.Expression) throws(TemplateError) -> Jinja.Expression {
        try next()
        let token = try next()
        switch token.kind {
        case .name(let name): return .attribute(Jinja.Attribute(value, name))
        case .integer(let index): return .item(Jinja.Item(value, .literal(.int(index))))
        default: throw failure("expected name or number", line: token.line)
        }
    }

    private mutating func parseItem(of value: Jinja.Expression) throws(TemplateError) -> Jinja.Expression {
        try next()
        var keys: [Jinja.Expression] = []
        while kind != .symbol(.rightBracket) {
            if !keys.isEmpty { try expect(.symbol(.comma)) }
            let start = kind == .symbol(.colon) ? nil : try parseExpression()
            if kind == .symbol(.colon) {
                let slice = try parseSlice(of: value, from: start)
                if keys.isEmpty, kind == .symbol(.rightBracket) {
                    try next()
                    return slice
                }
                // The reference reads slices in a tuple, and writes code of them that Python refuses.
                try expect(.symbol(.comma))
                throw .syntax("invalid syntax", line: line, exception: .pythonSyntax)
            }
            if let start { keys.append(start) }
        }
        try next()
        return .item(Jinja.Item(value, keys.count == 1 ? keys[0] : .tuple(keys)))
    }

    /// `:stop:step` after the start of a slice.
    private mutating func parseSlice(
        of value: Jinja.Expression, from start: Jinja.Expression?
    ) throws(TemplateError) -> Jinja.Expression {
        try next()
        let stop = kind == .symbol(.colon) || isItemEnd() ? nil : try parseExpression()
        let hasStep = try skip(.colon)
        let step = !hasStep || isItemEnd() ? nil : try parseExpression()
        return .slice(Jinja.Slice(value, start: start, stop: stop, step: step))
    }

    private func isItemEnd() -> Bool { kind == .symbol(.rightBracket) || kind == .symbol(.comma) }

    // MARK: Filters and tests

    /// `|name(arguments)`, as often as it stands there; nil without a value and without a filter.
    mutating func parseFilters(of value: Jinja.Expression?) throws(TemplateError) -> Jinja.Expression? {
        var value = value
        try measured(adding: 0) { parser throws(TemplateError) in
            while try parser.skip(.pipe) {
                value = try parser.parseFilter(of: value)
                try parser.link()
            }
        }
        return value
    }

    /// A filter's name and arguments, after the bar.
    mutating func parseFilter(of value: Jinja.Expression?) throws(TemplateError) -> Jinja.Expression {
        let name = try parseDottedName()
        let arguments = kind == .symbol(.leftParenthesis) ? try parseArguments() : Jinja.Arguments()
        return .filter(Jinja.FilterCall(value, name, arguments))
    }

    private mutating func parseDottedName() throws(TemplateError) -> String {
        var name = try expectName()
        while try skip(.dot) { name += "." + (try expectName()) }
        return name
    }

    private mutating func parseTest(of value: Jinja.Expression) throws(TemplateError) -> Jinja.Expression {
        try next()
        let isNegated = try skip(word: "not")
        let name = try parseDottedName()
        var arguments = Jinja.Arguments()
        if kind == .symbol(.leftParenthesis) {
            arguments = try parseArguments()
        } else if isValueStart(), !isWord("else"), !isWord("or"), !isWord("and") {
            if isWord("is") { throw failure("You cannot chain multiple tests with is") }
            arguments.positional = [try parsePostfix(of: try parsePrimary())]
        }
        let test = Jinja.Expression.test(Jinja.TestCall(value, name, arguments))
        return isNegated ? .not(test) : test
    }

    // MARK: Arguments

    private mutating func parseArguments() throws(TemplateError) -> Jinja.Arguments {
        let line = line
        var arguments = Jinja.Arguments()
        try next()
        while kind != .symbol(.rightParenthesis) {
            if !arguments.isEmpty {
                try expect(.symbol(.comma))
                if kind == .symbol(.rightParenthesis) { break }
            }
            try parseArgument(into: &arguments, line: line)
        }
        try next()
        return arguments
    }

    private mutating func parseArgument(
        into arguments: inout Jinja.Arguments, line: Int
    ) throws(TemplateError) {
        let isOrdered: Bool
        switch kind {
        case .symbol(.multiply):
            isOrdered = arguments.spread == nil && arguments.keywordSpread == nil
            try next()
            arguments.spread = try parseExpression()
        case .symbol(.power):
            isOrdered = arguments.keywordSpread == nil
            try next()
            arguments.keywordSpread = try parseExpression()
        case .name(let name) where following == .symbol(.assign):
            isOrdered = arguments.keywordSpread == nil
            try parseKeyword(name, into: &arguments)
        default:
            isOrdered = arguments.keywords.isEmpty && arguments.spread == nil && arguments.keywordSpread == nil
            arguments.positional.append(try parseExpression())
        }
        guard isOrdered else { throw failure("invalid syntax for function call expression", line: line) }
    }

    private mutating func parseKeyword(
        _ name: String, into arguments: inout Jinja.Arguments
    ) throws(TemplateError) {
        guard !arguments.keywords.contains(where: { $0.name == name }) else {
            throw .syntax("keyword argument repeated: \(name)", line: line, exception: .pythonSyntax)
        }
        try next()
        try next()
        arguments.keywords.append((name, try parseExpression()))
    }
}
