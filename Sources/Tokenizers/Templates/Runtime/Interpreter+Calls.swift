extension Jinja.Interpreter {
    @inline(never)
    func evaluate(_ node: Jinja.Call, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        let target = try evaluate(node.callee, frame)
        return try call(target, try evaluate(node.arguments, frame))
    }

    func call(_ target: Jinja.Value, _ arguments: Jinja.CallArguments) throws(TemplateError) -> Jinja.Value {
        if let error = target.undefinedError { throw error }
        guard case .object(let object) = target else {
            throw .type("'\(target.typeName)' object is not callable")
        }
        return try object.call(arguments, self)
    }

    @inline(never)
    func evaluate(
        _ arguments: Jinja.Arguments, _ frame: Jinja.Frame
    ) throws(TemplateError) -> Jinja.CallArguments {
        var values = Jinja.CallArguments()
        for expression in arguments.positional { values.positional.append(try evaluate(expression, frame)) }
        for (name, expression) in arguments.keywords {
            values.keywords.append((name, try evaluate(expression, frame)))
        }
        if let spread = arguments.spread {
            let value = try evaluate(spread, frame)
            guard Jinja.isIterable(value) else {
                throw .type("Value after * must be an iterable, not \(value.typeName)")
            }
            values.positional += try Jinja.collect(value, meter)
        }
        if let spread = arguments.keywordSpread { try add(try evaluate(spread, frame), to: &values) }
        return values
    }

    private func add(_ value: Jinja.Value, to values: inout Jinja.CallArguments) throws(TemplateError) {
        guard case .mapping(let mapping) = value else {
            throw .type("argument after ** must be a mapping, not \(value.typeName)")
        }
        for (key, value) in mapping.members.pairs {
            guard let name = key.text else { throw .type("keywords must be strings") }
            guard !values.keywords.contains(where: { $0.name.isSameText(as: name) }) else {
                throw .type("got multiple values for keyword argument '\(name)'")
            }
            values.keywords.append((name, value))
        }
    }

    // MARK: Filters and tests

    /// The value of a filter expression of a block that wrote `text`.
    func evaluate(
        _ expression: Jinja.Expression, _ frame: Jinja.Frame, of text: String
    ) throws(TemplateError) -> Jinja.Value {
        guard case .filter(let node) = expression else { return try evaluate(expression, frame) }
        try meter.enter()
        defer { meter.leave() }
        return try evaluate(node, frame, of: text)
    }

    /// The value of a filter; `text` stands for the value that it lacks in front of a block.
    @inline(never)
    func evaluate(
        _ node: Jinja.FilterCall, _ frame: Jinja.Frame, of text: String
    ) throws(TemplateError) -> Jinja.Value {
        let value = if let inner = node.value { try evaluate(inner, frame, of: text) } else { try self.text(text) }
        guard let filter = Jinja.Filters.table[node.name] else {
            throw TemplateError(.templateRuntime, "No filter named \(Jinja.repr(node.name)) found.")
        }
        return try filter.apply(to: value, try evaluate(node.arguments, frame), self)
    }

    @inline(never)
    func evaluate(_ node: Jinja.TestCall, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        let value = try evaluate(node.value, frame)
        guard let test = Jinja.Tests.table[node.name] else {
            throw TemplateError(.templateRuntime, "No test named \(Jinja.repr(node.name)) found.")
        }
        return .bool(try test.holds(for: value, try evaluate(node.arguments, frame), self))
    }

    /// A filter that is named by a value, as `map` does.
    func apply(
        filterNamed name: Jinja.Value, to value: Jinja.Value, _ arguments: Jinja.CallArguments
    ) throws(TemplateError) -> Jinja.Value {
        guard let text = name.text, let filter = Jinja.Filters.table[text] else { throw try missing("filter", name) }
        return try filter.apply(to: value, arguments, self)
    }

    /// A test that is named by a value, as `select` does.
    func holds(
        testNamed name: Jinja.Value, for value: Jinja.Value, _ arguments: Jinja.CallArguments
    ) throws(TemplateError) -> Bool {
        guard let text = name.text, let test = Jinja.Tests.table[text] else { throw try missing("test", name) }
        return try test.holds(for: value, arguments, self)
    }

    private func missing(_ kind: String, _ name: Jinja.Value) throws(TemplateError) -> TemplateError {
        var message = "No \(kind) named \(try Jinja.repr(name, meter))."
        if let error = name.undefinedError {
            message += " (\(error.message); did you forget to quote the callable name?)"
        }
        return TemplateError(.templateRuntime, message)
    }
}
