extension Jinja.Interpreter {
    func evaluate(_ expression: Jinja.Expression, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        try meter.enter()
        defer { meter.leave() }
        try meter.step()
        switch expression {
        case .literal(let literal): return literal.value
        case .name(let symbol): return try value(of: symbol, frame)
        case .list(let items): return try .list(try evaluate(items, frame), meter)
        case .tuple(let items): return try .tuple(try evaluate(items, frame), meter)
        case .mapping(let pairs): return try evaluate(pairs, frame)
        case .attribute(let value, let name): return try attribute(name, of: try evaluate(value, frame))
        case .item(let value, let key): return try item(in: value, key, frame)
        case .slice(let value, let bounds): return try slice(value, bounds, frame)
        case .call(let callee, let arguments): return try call(callee, arguments, frame)
        case .filter: return try evaluate(expression, frame, of: "")
        case .test(let value, let name, let arguments): return try test(value, name, arguments, frame)
        case .negative(let value): return try Jinja.negated(try evaluate(value, frame))
        case .positive(let value): return try Jinja.positive(try evaluate(value, frame))
        case .not(let value): return .bool(!(try evaluate(value, frame).isTrue))
        case .arithmetic(let first, let operations): return try compute(first, operations, frame)
        case .concatenation(let items): return try concatenate(items, frame)
        case .comparison(let first, let comparisons): return try compare(first, comparisons, frame)
        case .and(let items): return try firstDeciding(items, frame, isTrue: false)
        case .or(let items): return try firstDeciding(items, frame, isTrue: true)
        case .conditional(let test, let then, let otherwise, let line):
            if try evaluate(test, frame).isTrue { return try evaluate(then, frame) }
            if let otherwise { return try evaluate(otherwise, frame) }
            return .undefined(
                .hint(
                    "the inline if-expression on line \(line) evaluated to false and no else section was defined."))
        }
    }

    private func evaluate(
        _ items: [Jinja.Expression], _ frame: Jinja.Frame
    ) throws(TemplateError) -> [Jinja.Value] {
        var values: [Jinja.Value] = []
        values.reserveCapacity(items.count)
        for item in items { values.append(try evaluate(item, frame)) }
        return values
    }

    private func evaluate(_ pairs: [Jinja.Pair], _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        var members = Jinja.OrderedMembers()
        for pair in pairs {
            let key = try evaluate(pair.key, frame)
            try members.set(try evaluate(pair.value, frame), for: key, meter)
        }
        return try .mapping(members, meter)
    }

    // MARK: Operators

    private func compute(
        _ first: Jinja.Expression, _ operations: [Jinja.Operation], _ frame: Jinja.Frame
    ) throws(TemplateError) -> Jinja.Value {
        var value = try evaluate(first, frame)
        for operation in operations {
            value = try Jinja.compute(operation.arithmetic, value, try evaluate(operation.operand, frame), meter)
        }
        return value
    }

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

    private func compare(
        _ first: Jinja.Expression, _ comparisons: [Jinja.Comparison], _ frame: Jinja.Frame
    ) throws(TemplateError) -> Jinja.Value {
        var left = try evaluate(first, frame)
        for comparison in comparisons {
            let right = try evaluate(comparison.operand, frame)
            guard try holds(comparison.relation, left, right) else { return .bool(false) }
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

    // MARK: Items

    private func item(
        in value: Jinja.Expression, _ key: Jinja.Expression, _ frame: Jinja.Frame
    ) throws(TemplateError) -> Jinja.Value {
        let owner = try evaluate(value, frame)
        return try item(try evaluate(key, frame), of: owner)
    }

    private func slice(
        _ value: Jinja.Expression, _ bounds: Jinja.Bounds, _ frame: Jinja.Frame
    ) throws(TemplateError) -> Jinja.Value {
        let owner = try evaluate(value, frame)
        let start = try bounds.start.map { bound throws(TemplateError) in try evaluate(bound, frame) }
        let stop = try bounds.stop.map { bound throws(TemplateError) in try evaluate(bound, frame) }
        let step = try bounds.step.map { bound throws(TemplateError) in try evaluate(bound, frame) }
        return try Jinja.slice(owner, start, stop, step, meter)
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
