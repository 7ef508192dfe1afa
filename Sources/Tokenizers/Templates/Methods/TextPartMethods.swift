extension Jinja.Methods {
    /// The methods that take text apart, put it together, or take something off it.
    static let partMethods: [String: Method] = [
        "strip": stripping("strip", left: true, right: true),
        "lstrip": stripping("lstrip", left: true, right: false),
        "rstrip": stripping("rstrip", left: false, right: true),
        "removeprefix": mapping(.native("str.removeprefix", "prefix")) { text, bound, _ throws(TemplateError) in
            let prefix = try argument(bound.required(0), of: "removeprefix")
            guard text.utf8.starts(with: prefix.utf8) else { return text }
            return String(utf8: text.utf8.dropFirst(prefix.utf8.count))
        },
        "removesuffix": mapping(.native("str.removesuffix", "suffix")) { text, bound, _ throws(TemplateError) in
            let suffix = try argument(bound.required(0), of: "removesuffix")
            guard text.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) else { return text }
            return String(utf8: text.utf8.dropLast(suffix.utf8.count))
        },
        "replace": mapping(.native("replace", "old new count?")) { text, bound, meter throws(TemplateError) in
            guard let old = bound.required(0).text else {
                throw .type("replace() argument 1 must be str, not \(bound.required(0).argumentName)")
            }
            guard let new = bound.required(1).text else {
                throw .type("replace() argument 2 must be str, not \(bound.required(1).argumentName)")
            }
            return try Jinja.replacing(old, with: new, in: text, limit: bound.integer(2, default: -1), meter)
        },
        "join": Method(.native("str.join", "iterable")) { receiver, bound, interpreter throws(TemplateError) in
            try join(bound.required(0), by: receiver, interpreter.meter)
        },
        "split": splitting("split") { text, separator, limit, meter throws(TemplateError) in
            guard let separator else { return Jinja.splitWords(text, limit: limit) }
            return try Jinja.split(text, by: separator, limit: limit, meter)
        },
        "rsplit": splitting("rsplit") { text, separator, limit, meter throws(TemplateError) in
            guard let separator else { return Jinja.splitWordsFromEnd(text, limit: limit) }
            return try Jinja.splitFromEnd(text, by: separator, limit: limit, meter)
        },
        "splitlines": Method(Signature("splitlines", "keepends?")) {
            receiver, bound, interpreter throws(TemplateError) in
            let text = receiver.text ?? ""
            try interpreter.meter.scan(text.utf8.count)
            let lines = Jinja.splitLines(text, keepingEnds: bound[0]?.isTrue ?? false)
            return try list(lines, isMarkup: receiver.isMarkup, interpreter.meter)
        },
        "partition": partitioning("partition") { search throws(TemplateError) in try search.first(from: 0) },
        "rpartition": partitioning("rpartition") { search throws(TemplateError) in
            try search.last(endingBy: search.text.count)
        },
    ]

    private static func argument(_ value: Jinja.Value, of name: String) throws(TemplateError) -> String {
        guard let text = value.text else { throw .type("\(name)() argument must be str, not \(value.argumentName)") }
        return text
    }

    static func list(
        _ parts: [String], isMarkup: Bool, _ meter: Jinja.Meter
    ) throws(TemplateError) -> Jinja.Value {
        var values: [Jinja.Value] = []
        values.reserveCapacity(parts.count)
        for part in parts { values.append(try .text(part, isMarkup: isMarkup, meter)) }
        return try .list(values, meter)
    }

    private static func stripping(_ name: String, left: Bool, right: Bool) -> Method {
        mapping(.native(name, "chars?")) { text, bound, meter throws(TemplateError) in
            guard let characters = bound[0], !characters.isNone else {
                return Jinja.strip(text, left: left, right: right) { $0.isPythonSpace }
            }
            guard let set = characters.text else { throw .type("\(name) arg must be None or str") }
            try meter.scan(set.utf8.count)
            let scalars = Set(set.unicodeScalars)
            return Jinja.strip(text, left: left, right: right) { scalars.contains($0) }
        }
    }

    private static func splitting(
        _ name: String,
        _ split: @escaping @Sendable (String, String?, Int, Jinja.Meter) throws(TemplateError) -> [String]
    ) -> Method {
        Method(Signature(name, "sep? maxsplit?")) { receiver, bound, interpreter throws(TemplateError) in
            let text = receiver.text ?? ""
            try interpreter.meter.scan(text.utf8.count)
            let limit = try bound.integer(1, default: -1)
            var separator: String?
            if let value = bound[0], !value.isNone {
                guard let text = value.text else { throw .type("must be str or None, not \(value.typeName)") }
                guard !text.isEmpty else { throw .value("empty separator") }
                separator = text
            }
            let parts = try split(text, separator, limit < 0 ? .max : limit, interpreter.meter)
            return try list(parts, isMarkup: receiver.isMarkup, interpreter.meter)
        }
    }

    private static func partitioning(
        _ name: String, _ find: @escaping @Sendable (Jinja.TextSearch) throws(TemplateError) -> Int?
    ) -> Method {
        Method(.native("str.\(name)", "sep")) { receiver, bound, interpreter throws(TemplateError) in
            let text = receiver.text ?? ""
            guard let separator = bound.required(0).text else {
                throw .type("must be str, not \(bound.required(0).typeName)")
            }
            guard !separator.isEmpty else { throw .value("empty separator") }
            let search = try Jinja.TextSearch(separator, in: text, interpreter.meter)
            var parts = name == "partition" ? [text, "", ""] : ["", "", text]
            if let place = try find(search) {
                let rest = search.text[(place + search.pattern.count)...]
                parts = [String(utf8: search.text[..<place]), separator, String(utf8: rest)]
            }
            var values: [Jinja.Value] = []
            for part in parts { values.append(try .text(part, isMarkup: receiver.isMarkup, interpreter.meter)) }
            return try .tuple(values, interpreter.meter)
        }
    }

    private static func join(
        _ iterable: Jinja.Value, by separator: Jinja.Value, _ meter: Jinja.Meter
    ) throws(TemplateError) -> Jinja.Value {
        guard Jinja.isIterable(iterable) else { throw .type("can only join an iterable") }
        var parts: [String] = []
        for (place, item) in try Jinja.collect(iterable, meter).enumerated() {
            guard let text = separator.isMarkup ? try Jinja.escape(item, meter) : item.text else {
                throw .type("sequence item \(place): expected str instance, \(item.typeName) found")
            }
            parts.append(text)
        }
        let text = try Jinja.join(parts, by: separator.text ?? "", meter)
        return separator.isMarkup ? .markup(text) : .string(text)
    }
}
