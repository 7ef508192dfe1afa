extension Jinja.Methods {
    /// The methods that look for text in text.
    static let searchMethods: [String: Method] = [
        "find": finding("find") { search throws(TemplateError) in try search.first(from: 0) },
        "index": finding("index") { search throws(TemplateError) in try search.first(from: 0) },
        "rfind": finding("rfind") { search throws(TemplateError) in try search.last(endingBy: search.text.count) },
        "rindex": finding("rindex") { search throws(TemplateError) in try search.last(endingBy: search.text.count) },
        "count": Method(.parsing("count", "sub start? end?")) { receiver, bound, interpreter throws(TemplateError) in
            let part = try window(of: receiver.text ?? "", bound, interpreter.meter)
            let pattern = try pattern(bound.required(0), "must be str")
            guard let part else { return .int(0) }
            guard !pattern.isEmpty else { return .int(part.text.codePointCount + 1) }
            let search = try Jinja.TextSearch(pattern, in: part.text, interpreter.meter)
            return .int(try search.all().count)
        },
        "startswith": affix("startswith") { $0.utf8.starts(with: $1.utf8) },
        "endswith": affix("endswith") {
            $0.utf8.count >= $1.utf8.count && $0.utf8.suffix($1.utf8.count).elementsEqual($1.utf8)
        },
    ]

    private static func finding(
        _ name: String,
        _ search: @escaping @Sendable (Jinja.TextSearch) throws(TemplateError) -> Int?
    ) -> Method {
        let isRequired = name.hasSuffix("index")
        return Method(.parsing(name, "sub start? end?")) { receiver, bound, interpreter throws(TemplateError) in
            let part = try window(of: receiver.text ?? "", bound, interpreter.meter)
            let pattern = try pattern(bound.required(0), "must be str")
            if let part {
                let text = try Jinja.TextSearch(pattern, in: part.text, interpreter.meter)
                if let byte = try search(text) {
                    let before = text.text[..<byte].count { $0 & 0xC0 != 0x80 }
                    return .int(part.start + before)
                }
            }
            if isRequired { throw .value("substring not found") }
            return .int(-1)
        }
    }

    private static func pattern(_ value: Jinja.Value, _ message: String) throws(TemplateError) -> String {
        guard let text = value.text else { throw .type("\(message), not \(value.typeName)") }
        return text
    }

    /// The part of a text between the second and the third argument, and its place; nil when that starts
    /// beyond the end, where not even an empty text is found.
    private static func window(
        of text: String, _ bound: Jinja.Bound, _ meter: Jinja.Meter
    ) throws(TemplateError) -> (text: String, start: Int)? {
        guard bound[1].map({ !$0.isNone }) ?? false || bound[2].map({ !$0.isNone }) ?? false else { return (text, 0) }
        try meter.scan(text.utf8.count)
        let count = text.codePointCount
        func clamp(_ value: Jinja.Value?, _ missing: Int) throws(TemplateError) -> Int {
            guard let value, !value.isNone else { return missing }
            guard let place = value.integer else {
                throw .type("slice indices must be integers or None or have an __index__ method")
            }
            return place < 0 ? max(0, place < -count ? 0 : place + count) : place
        }
        let start = try clamp(bound[1], 0)
        let stop = min(count, try clamp(bound[2], count))
        guard start <= stop else { return nil }
        return (text.codePoints(start, stop), start)
    }

    private static func affix(
        _ name: String, _ matches: @escaping @Sendable (String, String) -> Bool
    ) -> Method {
        Method(.parsing(name, "affix start? end?")) { receiver, bound, interpreter throws(TemplateError) in
            let part = try window(of: receiver.text ?? "", bound, interpreter.meter)
            var choices = [bound.required(0)]
            if case .tuple(let tuple) = choices[0] { choices = tuple.items }
            var isFound = false
            for choice in choices {
                guard let affix = choice.text else {
                    throw .type("\(name) first arg must be str or a tuple of str, not \(choice.typeName)")
                }
                try interpreter.meter.scan(affix.utf8.count)
                isFound = isFound || part.map { matches($0.text, affix) } ?? false
            }
            return .bool(isFound)
        }
    }
}
