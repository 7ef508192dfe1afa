extension Jinja.Filters {
    static let selections: [String: Filter] = [
        "default": fallback,
        "d": fallback,
        "attr": Filter("do_attr", "obj name", hidden: 1) { value, bound, interpreter throws(TemplateError) in
            try attribute(bound.required(1), of: value, interpreter)
        },
        "map": Filter(free: map),
        "select": selecting(withAttribute: false, wanted: true),
        "reject": selecting(withAttribute: false, wanted: false),
        "selectattr": selecting(withAttribute: true, wanted: true),
        "rejectattr": selecting(withAttribute: true, wanted: false),
    ]

    private static let fallback = Filter("do_default", "value default_value? boolean?") {
        value, bound, _ throws(TemplateError) in
        let isMissing = value.isUndefined || (bound.flag(2) && !value.isTrue)
        return isMissing ? bound[1] ?? .string("") : value
    }

    /// The attribute only, never the item of that name.
    private static func attribute(
        _ name: Value, of value: Value, _ interpreter: Jinja.Interpreter
    ) throws(TemplateError) -> Value {
        if let error = value.undefinedError { throw error }
        guard let text = name.text else {
            throw .type("attribute name must be string, not '\(name.typeName)'")
        }
        return try interpreter.ownAttribute(text, of: value)
            ?? .undefined(.attribute(text, owner: value.ownerName))
    }

    // MARK: Generators

    /// What `transform` makes of the items of a value, one by one when they are asked for; nil passes one over.
    static func generator(
        over value: Value, depth: Int = 0, _ meter: Meter,
        _ transform: @escaping (Value) throws(TemplateError) -> Value?
    ) throws(TemplateError) -> Value {
        var source: Jinja.ValueIterator?
        return .object(
            try Jinja.ValueIterator(depth: max(value.depth, depth)) { () throws(TemplateError) in
                if source == nil { source = try Jinja.makeIterator(of: value, meter) }
                while let item = try source?.next() {
                    try meter.step()
                    if let result = try transform(item) { return result }
                }
                return nil
            })
    }

    private static func map(
        _ value: Value, _ arguments: Jinja.CallArguments, _ interpreter: Jinja.Interpreter
    ) throws(TemplateError) -> Value {
        guard value.isTrue else { return .object(Jinja.ValueIterator([], name: "generator")) }
        if arguments.positional.isEmpty, arguments.keywords.contains(where: { $0.name == "attribute" }) {
            return try mapAttribute(value, arguments, interpreter)
        }
        return try generator(over: value, depth: arguments.depth, interpreter.meter) { item throws(TemplateError) in
            guard let name = arguments.positional.first else {
                throw TemplateError(.filterArgument, "map requires a filter argument")
            }
            var rest = arguments
            rest.positional.removeFirst()
            return try interpreter.apply(filterNamed: name, to: item, rest)
        }
    }

    private static func mapAttribute(
        _ value: Value, _ arguments: Jinja.CallArguments, _ interpreter: Jinja.Interpreter
    ) throws(TemplateError) -> Value {
        var rest = arguments
        let attribute = rest.take("attribute") ?? .none
        let path = try Jinja.AttributePath(attribute, default: rest.take("default"))
        let unexpected = rest.keywords.first?.name
        return try generator(over: value, depth: arguments.depth, interpreter.meter) { item throws(TemplateError) in
            if let unexpected {
                throw TemplateError(.filterArgument, "Unexpected keyword argument \(Jinja.repr(unexpected))")
            }
            return try path.value(of: item, interpreter)
        }
    }

    private static func selecting(withAttribute: Bool, wanted: Bool) -> Filter {
        Filter(free: { value, arguments, interpreter throws(TemplateError) in
            guard value.isTrue else { return .object(Jinja.ValueIterator([], name: "generator")) }
            var rest = arguments
            var path: Jinja.AttributePath?
            if withAttribute, !rest.positional.isEmpty {
                path = try Jinja.AttributePath(rest.positional.removeFirst())
            }
            let test = rest.positional.isEmpty ? nil : rest.positional.removeFirst()
            return try generator(over: value, depth: arguments.depth, interpreter.meter) {
                [path, rest] item throws(TemplateError) in
                if withAttribute, path == nil {
                    throw TemplateError(.filterArgument, "Missing parameter for attribute name")
                }
                let tested =
                    try path.map { path throws(TemplateError) in try path.value(of: item, interpreter) } ?? item
                guard let test else { return tested.isTrue == wanted ? item : nil }
                return try interpreter.holds(testNamed: test, for: tested, rest) == wanted ? item : nil
            }
        })
    }
}

extension Jinja.CallArguments {
    /// How many values are inside one another in what is passed.
    var depth: Int {
        (positional + keywords.map(\.value)).reduce(0) { max($0, $1.depth) }
    }
}
