extension Jinja.Parser {
    /// One expression, or a tuple where commas follow; `word` ends it.
    mutating func parseTuple(
        withConditional: Bool = true, endingAt word: String? = nil, isParenthesized: Bool = false
    ) throws(TemplateError) -> Jinja.Expression {
        var items: [Jinja.Expression] = []
        var isTuple = false
        while !isTupleEnd(word) {
            items.append(try parseExpression(withConditional: withConditional))
            guard kind == .symbol(.comma) else { break }
            isTuple = true
            try next()
        }
        if !isTuple {
            if let item = items.first { return item }
            guard isParenthesized else {
                throw failure("Expected an expression, got \(Jinja.repr(kind.description))")
            }
        }
        return .tuple(items)
    }

    func isTupleEnd(_ word: String?) -> Bool {
        switch kind {
        case .variableEnd, .blockEnd, .symbol(.rightParenthesis): true
        case .name(let name): name == word
        default: false
        }
    }

    mutating func parseExpression(withConditional: Bool = true) throws(TemplateError) -> Jinja.Expression {
        try nested { parser throws(TemplateError) in
            try parser.measured(adding: 1) { parser throws(TemplateError) in
                withConditional ? try parser.parseConditional() : try parser.parseOr()
            }
        }
    }

    private mutating func parseConditional() throws(TemplateError) -> Jinja.Expression {
        var line = line
        var expression = try parseOr()
        while try skip(word: "if") {
            let test = try parseOr()
            let otherwise = try skip(word: "else") ? try parseExpression() : nil
            try link()
            expression = .conditional(
                Jinja.Conditional(test: test, then: expression, otherwise: otherwise, line: line))
            line = self.line
        }
        return expression
    }

    private mutating func parseOr() throws(TemplateError) -> Jinja.Expression {
        let first = try parseAnd()
        guard isWord("or") else { return first }
        var items = [first]
        while try skip(word: "or") { items.append(try parseAnd()) }
        return .or(items)
    }

    private mutating func parseAnd() throws(TemplateError) -> Jinja.Expression {
        let first = try parseNot()
        guard isWord("and") else { return first }
        var items = [first]
        while try skip(word: "and") { items.append(try parseNot()) }
        return .and(items)
    }

    private mutating func parseNot() throws(TemplateError) -> Jinja.Expression {
        var negations = 0
        while try skip(word: "not") { negations += 1 }
        let value = try parseComparison()
        // Two negations differ from none: they turn a value into a boolean.
        return switch negations {
        case 0: value
        case _ where negations % 2 == 1: .not(value)
        default: .not(.not(value))
        }
    }

    private mutating func parseComparison() throws(TemplateError) -> Jinja.Expression {
        let first = try parseSum()
        var relations: [(relation: Jinja.Relation, operand: Jinja.Expression)] = []
        while let relation = try parseRelation() {
            relations.append((relation, try parseSum()))
        }
        return relations.isEmpty ? first : .comparison(Jinja.Comparison(first, relations))
    }

    private mutating func parseRelation() throws(TemplateError) -> Jinja.Relation? {
        let relation: Jinja.Relation
        switch kind {
        case .symbol(let symbol):
            guard let found = Jinja.Relation(rawValue: symbol.rawValue) else { return nil }
            relation = found
        case .name("in"): relation = .isIn
        case .name("not") where following == .name("in"):
            try next()
            relation = .isNotIn
        default: return nil
        }
        try next()
        return relation
    }

    // MARK: Arithmetic, from the weakest operator to the strongest

    private mutating func parseSum() throws(TemplateError) -> Jinja.Expression {
        let first = try parseConcatenation()
        var operations: [(arithmetic: Jinja.Arithmetic, operand: Jinja.Expression)] = []
        while let operation = arithmetic([.add, .subtract]) {
            try next()
            operations.append((operation, try parseConcatenation()))
        }
        return operations.isEmpty ? first : .arithmetic(Jinja.Calculation(first, operations))
    }

    private mutating func parseConcatenation() throws(TemplateError) -> Jinja.Expression {
        let first = try parseProduct()
        guard kind == .symbol(.tilde) else { return first }
        var items = [first]
        while try skip(.tilde) { items.append(try parseProduct()) }
        return .concatenation(items)
    }

    private mutating func parseProduct() throws(TemplateError) -> Jinja.Expression {
        let first = try parsePower()
        var operations: [(arithmetic: Jinja.Arithmetic, operand: Jinja.Expression)] = []
        while let operation = arithmetic([.multiply, .divide, .floorDivide, .modulo]) {
            try next()
            operations.append((operation, try parsePower()))
        }
        return operations.isEmpty ? first : .arithmetic(Jinja.Calculation(first, operations))
    }

    /// Powers are read from the left, unlike Python's, and bind weaker than a sign before them: `-2 ** 2` is 4.
    private mutating func parsePower() throws(TemplateError) -> Jinja.Expression {
        let first = try parseUnary()
        guard kind == .symbol(.power) else { return first }
        var operations: [(arithmetic: Jinja.Arithmetic, operand: Jinja.Expression)] = []
        while try skip(.power) { operations.append((.power, try parseUnary())) }
        return .arithmetic(Jinja.Calculation(first, operations))
    }

    private func arithmetic(_ choices: [Jinja.Symbol]) -> Jinja.Arithmetic? {
        guard case .symbol(let symbol) = kind, choices.contains(symbol) else { return nil }
        return Jinja.Arithmetic(rawValue: symbol.rawValue)
    }

    private mutating func parseUnary(withFilters: Bool = true) throws(TemplateError) -> Jinja.Expression {
        try measured(adding: 0) { parser throws(TemplateError) in
            try parser.parseMeasuredUnary(withFilters: withFilters)
        }
    }

    private mutating func parseMeasuredUnary(withFilters: Bool) throws(TemplateError) -> Jinja.Expression {
        var value: Jinja.Expression
        if kind == .symbol(.subtract) || kind == .symbol(.add) {
            let isNegative = try next().kind == .symbol(.subtract)
            let operand = try nested { parser throws(TemplateError) in try parser.parseUnary(withFilters: false) }
            try link()
            value = isNegative ? .negative(operand) : .positive(operand)
        } else {
            value = try parsePrimary()
        }
        value = try parsePostfix(of: value)
        return withFilters ? try parseFiltersAndTests(of: value) : value
    }
}
