extension Jinja.Parser {
    mutating func parseSet() throws(TemplateError) -> Jinja.Statement {
        let line = try next().line
        let target = try parseTarget(withAttributes: true)
        if try skip(.assign) { return .set(Jinja.Assignment(target, try parseTuple(), line: line)) }
        let filter = try parseFilters(of: nil)
        let block = try parseBlock(end: "endset")
        return .setBlock(Jinja.SetBlock(target, filter, block, line: line))
    }

    mutating func parseMacro() throws(TemplateError) -> Jinja.Statement {
        let line = try next().line
        let name = try parseTargetName()
        let parameters = try parseParameters()
        let block = try parseBlock(end: "endmacro")
        return .macro(
            Jinja.Macro(name: name, symbol: symbol(name), parameters: parameters, block: block, line: line))
    }

    mutating func parseCallBlock() throws(TemplateError) -> Jinja.Statement {
        let line = try next().line
        let parameters = kind == .symbol(.leftParenthesis) ? try parseParameters() : []
        guard case .call(let call) = try parseExpression() else {
            throw failure("expected call", line: line)
        }
        let block = try parseBlock(end: "endcall")
        let caller = Jinja.Macro(name: nil, symbol: nil, parameters: parameters, block: block, line: line)
        return .call(caller, call)
    }

    private mutating func parseParameters() throws(TemplateError) -> [Jinja.Parameter] {
        var parameters: [Jinja.Parameter] = []
        try expect(.symbol(.leftParenthesis))
        while kind != .symbol(.rightParenthesis) {
            if !parameters.isEmpty { try expect(.symbol(.comma)) }
            let name = try parseTargetName()
            let defaultValue = try skip(.assign) ? try parseExpression() : nil
            if defaultValue == nil, parameters.last?.defaultValue != nil {
                throw failure("non-default argument follows default argument")
            }
            if parameters.contains(where: { $0.name == name }) {
                throw .syntax(
                    "duplicate argument '\(name)' in function definition", line: line, exception: .pythonSyntax)
            }
            parameters.append(Jinja.Parameter(name: name, symbol: symbol(name), defaultValue: defaultValue))
        }
        try next()
        return parameters
    }

    mutating func parseFilterBlock() throws(TemplateError) -> Jinja.Statement {
        let line = try next().line
        let first = try parseFilter(of: nil)
        let filter = try parseFilters(of: first) ?? first
        return .filter(Jinja.FilterBlock(filter, try parseBlock(end: "endfilter"), line: line))
    }

    mutating func parseWith() throws(TemplateError) -> Jinja.Statement {
        let line = try next().line
        var assignments: [(target: Jinja.Target, value: Jinja.Expression)] = []
        while kind != .blockEnd {
            if !assignments.isEmpty { try expect(.symbol(.comma)) }
            let target = try parseTarget()
            try expect(.symbol(.assign))
            assignments.append((target, try parseExpression()))
        }
        return .with(Jinja.With(assignments, try parseBlock(end: "endwith"), line: line))
    }

    mutating func parsePrint() throws(TemplateError) -> Jinja.Statement {
        try next()
        var parts: [Jinja.OutputPart] = []
        while kind != .blockEnd {
            if !parts.isEmpty { try expect(.symbol(.comma)) }
            let line = line
            parts.append(.value(try parseExpression(), line: line))
        }
        return .output(parts)
    }

    mutating func parseAutoescape() throws(TemplateError) -> Jinja.Statement {
        let line = try next().line
        let isOn = try parseExpression()
        return .autoescape(Jinja.Autoescape(isOn, try parseBlock(end: "endautoescape"), line: line))
    }

    mutating func parseInheritanceBlock() throws(TemplateError) -> Jinja.Statement {
        let line = try next().line
        let name = try expectName()
        _ = try skip(word: "scoped")
        let isRequired = try skip(word: "required")
        if kind == .symbol(.subtract) {
            throw failure(
                "Block names in Jinja have to be valid Python identifiers and may not"
                    + " contain hyphens, use an underscore instead.")
        }
        let block = try parseBlock(end: "endblock")
        _ = try skip(word: name)
        if isRequired { throw .syntax("Required block '\(name)' not found", line: line, exception: .templateRuntime) }
        return .block(block)
    }

    /// `extends`, `include`, `import` and `from`: read so that the message is about the missing template.
    mutating func parseLoad(_ tag: String) throws(TemplateError) -> Jinja.Statement {
        let line = try next().line
        _ = try parseExpression()
        while kind != .blockEnd, kind != .end { try next() }
        return .load(line: line)
    }

    // MARK: Targets

    /// What is assigned to; a comma makes a tuple. `word` ends it (`in` of a loop).
    mutating func parseTarget(
        withAttributes: Bool = false, endingAt word: String? = nil
    ) throws(TemplateError) -> Jinja.Target {
        try nested { parser throws(TemplateError) in
            try parser.parseNestedTarget(withAttributes: withAttributes, endingAt: word)
        }
    }

    private mutating func parseNestedTarget(
        withAttributes: Bool, endingAt word: String?
    ) throws(TemplateError) -> Jinja.Target {
        var targets: [Jinja.Target] = []
        var isTuple = false
        while !isTupleEnd(word) {
            targets.append(try parseSingleTarget(withAttributes: withAttributes))
            guard kind == .symbol(.comma) else { break }
            isTuple = true
            try next()
        }
        if !isTuple, let target = targets.first { return target }
        guard isTuple else { throw failure("Expected an expression, got \(Jinja.repr(kind.description))") }
        return .tuple(targets)
    }

    private mutating func parseSingleTarget(withAttributes: Bool) throws(TemplateError) -> Jinja.Target {
        let line = line
        switch kind {
        case .name(let name):
            try next()
            if Jinja.Parser.constants[name] != nil { throw failure("can't assign to 'const'", line: line) }
            guard withAttributes, try skip(.dot) else { return .name(symbol(name)) }
            return .attribute(symbol(name), try expectName())
        case .symbol(.leftParenthesis):
            try next()
            let isEmpty = kind == .symbol(.rightParenthesis)
            let target = isEmpty ? .tuple([]) : try parseTarget(withAttributes: withAttributes)
            try expect(.symbol(.rightParenthesis))
            return target
        case .string, .integer, .float: throw failure("can't assign to 'const'")
        case .symbol(.leftBracket): throw failure("can't assign to 'list'")
        case .symbol(.leftBrace): throw failure("can't assign to 'dict'")
        default: throw failure("unexpected \(Jinja.repr(kind.description))")
        }
    }

    /// A single name to assign to: of a macro or a parameter.
    private mutating func parseTargetName() throws(TemplateError) -> String {
        let line = line
        let name = try expectName()
        if Jinja.Parser.constants[name] != nil { throw failure("can't assign to 'name'", line: line) }
        return name
    }
}
