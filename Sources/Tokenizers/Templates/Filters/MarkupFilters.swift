extension Jinja.Filters {
    static let markups: [String: Filter] = [
        "e": escape,
        "escape": escape,
        "forceescape": Filter("do_forceescape", "value") { value, _, interpreter throws(TemplateError) in
            .markup(Jinja.escapeHTML(try Jinja.softText(value, interpreter.meter).text))
        },
        "safe": Filter("do_mark_safe", "value") { value, _, interpreter throws(TemplateError) in
            .markup(try Jinja.str(value, interpreter.meter))
        },
        "striptags": Filter("do_striptags", "value") { value, _, interpreter throws(TemplateError) in
            try .text(Jinja.strippingTags(try Jinja.softText(value, interpreter.meter).text), interpreter.meter)
        },
        "xmlattr": Filter("do_xmlattr", "d autospace?", hidden: 1) { value, bound, interpreter throws(TemplateError) in
            try xmlAttributes(value, isSpaced: bound.flag(1, default: true), interpreter)
        },
    ]

    private static let escape = Filter(native: "escape", "s") { value, _, interpreter throws(TemplateError) in
        try .text(try Jinja.escape(value, interpreter.meter), isMarkup: true, interpreter.meter)
    }

    private static func xmlAttributes(
        _ value: Value, isSpaced: Bool, _ interpreter: Jinja.Interpreter
    ) throws(TemplateError) -> Value {
        var attributes: [String] = []
        for (key, value) in try members(of: value).pairs where !value.isNone && !value.isUndefined {
            let name = try Jinja.str(key, interpreter.meter)
            let isInvalid = name.utf8.contains { $0 == 0x20 || 0x09...0x0D ~= $0 || "/>=".utf8.contains($0) }
            guard !isInvalid else { throw .value("Invalid character in attribute name: \(Jinja.repr(name))") }
            let text = try Jinja.escape(value, interpreter.meter)
            attributes.append("\(Jinja.escapeHTML(name))=\"\(text)\"")
        }
        let text = attributes.joined(separator: " ")
        return try .text(
            isSpaced && !text.isEmpty ? " " + text : text, isMarkup: interpreter.autoescapes, interpreter.meter)
    }

    /// The error of a method that a filter needs and the value lacks.
    static func missing(_ method: String, of value: Value) -> TemplateError {
        if case .object(let object) = value, object is Jinja.Namespace { return TemplateError(.attribute, method) }
        return TemplateError(.attribute, "'\(value.typeName)' object has no attribute '\(method)'")
    }

    /// The members of what has to be a mapping.
    static func members(of value: Value) throws(TemplateError) -> Jinja.OrderedMembers {
        if let error = value.undefinedError { throw error }
        guard case .mapping(let mapping) = value else {
            throw missing("items", of: value)
        }
        return mapping.members
    }
}
