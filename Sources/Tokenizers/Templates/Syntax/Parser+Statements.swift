extension Jinja.Parser {
    /// The statements up to one of the tags `ends`, which stays the current token, or to the end of the
    /// template where nothing needs an end.
    mutating func parseStatements(until ends: [String]) throws(TemplateError) -> [Jinja.Statement] {
        try nested { parser throws(TemplateError) in try parser.parseNestedStatements(until: ends) }
    }

    private mutating func parseNestedStatements(until ends: [String]) throws(TemplateError) -> [Jinja.Statement] {
        if !ends.isEmpty { expectedEnds.append(ends) }
        defer { if !ends.isEmpty { expectedEnds.removeLast() } }
        var body: [Jinja.Statement] = []
        var parts: [Jinja.OutputPart] = []
        while kind != .end {
            switch kind {
            case .data(let text):
                parts.append(.text(text))
                try next()
            case .variableBegin:
                try next()
                let line = line
                parts.append(.value(try parseTuple(), line: line))
                try expect(.variableEnd)
            default:
                if !parts.isEmpty { body.append(.output(parts)) }
                parts = []
                try next()
                if case .name(let name) = kind, ends.contains(name) { return body }
                body.append(try parseStatement())
                try expect(.blockEnd)
            }
        }
        if !parts.isEmpty { body.append(.output(parts)) }
        guard ends.isEmpty else { throw unexpectedEnd(tag: nil) }
        return body
    }

    /// The body of a statement: what stands between its tag and one of `ends`.
    mutating func parseBody(until ends: String...) throws(TemplateError) -> [Jinja.Statement] {
        _ = try skip(.colon)
        try expect(.blockEnd)
        return try parseStatements(until: ends)
    }

    /// A body with a scope of its own, and its end tag.
    mutating func parseBlock(end: String) throws(TemplateError) -> Jinja.Block {
        let scope = newScope()
        let body = try parseBody(until: end)
        try next()
        return Jinja.Block(body: body, scope: scope)
    }

    private mutating func parseStatement() throws(TemplateError) -> Jinja.Statement {
        guard case .name(let tag) = kind else { throw failure("tag name expected") }
        let line = line
        openTags.append(tag)
        defer { openTags.removeLast() }
        switch tag {
        case "for": return try parseFor()
        case "if": return try parseIf()
        case "set": return try parseSet()
        case "macro": return try parseMacro()
        case "call": return try parseCallBlock()
        case "filter": return try parseFilterBlock()
        case "with": return try parseWith()
        case "print": return try parsePrint()
        case "autoescape": return try parseAutoescape()
        case "block": return try parseInheritanceBlock()
        case "extends", "include", "import", "from": return try parseLoad(tag)
        case "generation":
            try next()
            return .generation(try parseBlock(end: "endgeneration"))
        case "break":
            try next()
            return .leaveLoop
        case "continue":
            try next()
            return .nextItem
        default:
            openTags.removeLast()
            defer { openTags.append(tag) }
            throw unexpectedEnd(tag: tag, line: line)
        }
    }

    /// The fault of a tag that nothing knows, or that ends nothing open; without a tag, of a template that ends
    /// too early.
    private func unexpectedEnd(tag: String?, line: Int? = nil) -> TemplateError {
        var message = tag.map { "Encountered unknown tag \(Jinja.repr($0))." } ?? "Unexpected end of template."
        if let wanted = expectedEnds.last {
            let list = wanted.map { Jinja.repr($0) }.joined(separator: " or ")
            if let tag, expectedEnds.contains(where: { $0.contains(tag) }) {
                message += " You probably made a nesting mistake. Jinja is expecting this tag,"
                message += " but currently looking for \(list)."
            } else {
                message += " Jinja was looking for the following tags: \(list)."
            }
        }
        if let open = openTags.last {
            message += " The innermost block that needs to be closed is \(Jinja.repr(open))."
        }
        return failure(message, line: line)
    }

    // MARK: Loops and conditions

    private mutating func parseFor() throws(TemplateError) -> Jinja.Statement {
        let line = try next().line
        let target = try parseTarget(endingAt: "in")
        guard try skip(word: "in") else { throw failure("expected token 'in', got \(Jinja.repr(kind.description))") }
        let items = try parseTuple(withConditional: false, endingAt: "recursive")
        let test = try skip(word: "if") ? try parseExpression() : nil
        let isRecursive = try skip(word: "recursive")
        let scopes = (test: newScope(), body: newScope(), otherwise: newScope())
        let body = try parseBody(until: "endfor", "else")
        var otherwise: [Jinja.Statement] = []
        if try next().kind == .name("else") {
            otherwise = try parseBody(until: "endfor")
            try next()
        }
        return .loop(
            Jinja.Loop(
                target, in: items, test: test, testScope: scopes.test,
                body: Jinja.Block(body: body, scope: scopes.body),
                otherwise: Jinja.Block(body: otherwise, scope: scopes.otherwise), isRecursive: isRecursive, line: line))
    }

    private mutating func parseIf() throws(TemplateError) -> Jinja.Statement {
        var branches: [Jinja.Branch] = []
        var otherwise: [Jinja.Statement] = []
        var line = try next().line
        while true {
            let test = try parseTuple(withConditional: false)
            let body = try parseBody(until: "elif", "else", "endif")
            branches.append(Jinja.Branch(test: test, body: body, line: line))
            let end = try next()
            if end.kind == .name("elif") {
                line = self.line
                continue
            }
            if end.kind == .name("else") {
                otherwise = try parseBody(until: "endif")
                try next()
            }
            return .condition(Jinja.Condition(branches, otherwise: otherwise))
        }
    }
}
