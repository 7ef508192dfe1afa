extension Jinja.Interpreter {
    func evaluate(_ expression: Jinja.Expression, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        try meter.enter()
        defer { meter.leave() }
        try meter.step()
        return try dispatch(expression, frame)
    }

    // `evaluate` recurses, so the stack of one level counts. Nothing is left to do after a case of the switch,
    // and each kind of expression has a function that is never inlined: a level then costs the stack of the
    // kind at hand, not that of all kinds together.

    @inline(never)
    private func dispatch(_ expression: Jinja.Expression, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        switch expression {
        case .literal(let literal): return literal.value
        case .name(let symbol): return try value(of: symbol, frame)
        case .list(let items): return try list(items, frame)
        case .tuple(let items): return try tuple(items, frame)
        case .mapping(let pairs): return try evaluate(pairs, frame)
        case .attribute(let node): return try evaluate(node, frame)
        case .item(let node): return try evaluate(node, frame)
        case .slice(let node): return try evaluate(node, frame)
        case .call(let node): return try evaluate(node, frame)
        case .filter(let node): return try evaluate(node, frame, of: "")
        case .test(let node): return try evaluate(node, frame)
        case .negative(let value): return try negative(value, frame)
        case .positive(let value): return try positive(value, frame)
        case .not(let value): return try not(value, frame)
        case .arithmetic(let node): return try evaluate(node, frame)
        case .concatenation(let items): return try concatenate(items, frame)
        case .comparison(let node): return try evaluate(node, frame)
        case .and(let items): return try firstDeciding(items, frame, isTrue: false)
        case .or(let items): return try firstDeciding(items, frame, isTrue: true)
        case .conditional(let node): return try evaluate(node, frame)
        }
    }

    @inline(never)
    private func evaluate(_ node: Jinja.Conditional, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        if try evaluate(node.test, frame).isTrue { return try evaluate(node.then, frame) }
        if let otherwise = node.otherwise { return try evaluate(otherwise, frame) }
        return .undefined(
            .hint(
                "the inline if-expression on line \(node.line) evaluated to false and no else section was defined."))
    }

    @inline(never)
    private func list(_ items: [Jinja.Expression], _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        try .list(try evaluate(items, frame), meter)
    }

    @inline(never)
    private func tuple(_ items: [Jinja.Expression], _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        try .tuple(try evaluate(items, frame), meter)
    }

    private func evaluate(
        _ items: [Jinja.Expression], _ frame: Jinja.Frame
    ) throws(TemplateError) -> [Jinja.Value] {
        var values: [Jinja.Value] = []
        values.reserveCapacity(items.count)
        for item in items { values.append(try evaluate(item, frame)) }
        return values
    }

    @inline(never)
    private func evaluate(_ pairs: [Jinja.Pair], _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        var members = Jinja.OrderedMembers()
        for pair in pairs {
            let key = try evaluate(pair.key, frame)
            try members.set(try evaluate(pair.value, frame), for: key, meter)
        }
        return try .mapping(members, meter)
    }

    // MARK: Operators

    @inline(never)
    private func negative(_ value: Jinja.Expression, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        try Jinja.negated(try evaluate(value, frame))
    }

    @inline(never)
    private func positive(_ value: Jinja.Expression, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        try Jinja.positive(try evaluate(value, frame))
    }

    @inline(never)
    private func not(_ value: Jinja.Expression, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        .bool(!(try evaluate(value, frame).isTrue))
    }

    @inline(never)
    private func evaluate(_ node: Jinja.Calculation, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        var value = try evaluate(node.first, frame)
        for (arithmetic, operand) in node.operations {
            value = try Jinja.compute(arithmetic, value, try evaluate(operand, frame), meter)
        }
        return value
    }

    @inline(never)
    private func concatenate(
        _ items: [Jinja.Expression], _ frame: Jinja.Frame
    ) throws(TemplateError) -> Jinja.Value {
        let values = try evaluate(items, frame)
        let isMarkup = autoescapes && values.contains { $0.isMarkup }
        var text = ""
        for value in values {
            let part = isMarkup ? try Jinja.escape(value, meter) : try Jinja.str(value, meter)
            try meter.allocate(part.utf8.count)
            text += part
        }
        return isMarkup ? .markup(text) : .string(text)
    }

    @inline(never)
    private func evaluate(_ node: Jinja.Comparison, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        var left = try evaluate(node.first, frame)
        for (relation, operand) in node.relations {
            let right = try evaluate(operand, frame)
            guard try holds(relation, left, right) else { return .bool(false) }
            left = right
        }
        return .bool(true)
    }

    func holds(
        _ relation: Jinja.Relation, _ left: Jinja.Value, _ right: Jinja.Value
    ) throws(TemplateError) -> Bool {
        switch relation {
        case .equal: try Jinja.equal(left, right, meter)
        case .notEqual: try !Jinja.equal(left, right, meter)
        case .isIn: try Jinja.contains(right, left, meter)
        case .isNotIn: try !Jinja.contains(right, left, meter)
        case .less, .lessOrEqual, .greater, .greaterOrEqual: try Jinja.compare(left, relation, right, meter)
        }
    }

    /// The first value that decides `or` (a true one) or `and` (a false one), else the last.
    @inline(never)
    private func firstDeciding(
        _ items: [Jinja.Expression], _ frame: Jinja.Frame, isTrue: Bool
    ) throws(TemplateError) -> Jinja.Value {
        var value = Jinja.Value.none
        for item in items {
            value = try evaluate(item, frame)
            if value.isTrue == isTrue { return value }
        }
        return value
    }

    // MARK: Attributes and items

    @inline(never)
    private func evaluate(_ node: Jinja.Attribute, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        try attribute(node.name, of: try evaluate(node.value, frame))
    }

    @inline(never)
    private func evaluate(_ node: Jinja.Item, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        let owner = try evaluate(node.value, frame)
        return try item(try evaluate(node.key, frame), of: owner)
    }

    @inline(never)
    private func evaluate(_ node: Jinja.Slice, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        let owner = try evaluate(node.value, frame)
        let start = try bound(node.start, frame)
        let stop = try bound(node.stop, frame)
        return try Jinja.slice(owner, start, stop, try bound(node.step, frame), meter)
    }

    private func bound(_ node: Jinja.Expression?, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value? {
        guard let node else { return nil }
        return try evaluate(node, frame)
    }
}

extension Jinja.Literal {
    var value: Jinja.Value {
        switch self {
        case .none: .none
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .float(let value): .float(value)
        case .string(let text): .string(text)
        }
    }
}
