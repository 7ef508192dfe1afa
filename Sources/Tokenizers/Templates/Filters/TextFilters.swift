extension Jinja.Filters {
    typealias Filter = Jinja.Filter
    typealias Value = Jinja.Value
    typealias Meter = Jinja.Meter

    static let texts: [String: Filter] = [
        "upper": mapping("do_upper") { $0.pythonUppercased },
        "lower": mapping("do_lower") { $0.pythonLowercased },
        "capitalize": mapping("do_capitalize") { $0.pythonCapitalized },
        "title": Filter("do_title", "s") { value, _, interpreter throws(TemplateError) in
            .string(title(try Jinja.softText(value, interpreter.meter).text))
        },
        "trim": Filter("do_trim", "value chars?") { value, bound, interpreter throws(TemplateError) in
            try trim(value, bound[1], interpreter)
        },
        "replace": Filter("do_replace", "s old new count?", hidden: 1) {
            value, bound, interpreter throws(TemplateError) in
            let meter = interpreter.meter
            let limit = bound.some(3) == nil ? -1 : try bound.integer(3, default: -1)
            let old = try Jinja.str(bound.required(1), meter)
            let new = try Jinja.str(bound.required(2), meter)
            return .string(try Jinja.replacing(old, with: new, in: try Jinja.str(value, meter), limit: limit, meter))
        },
        "string": Filter("soft_str", "s") { value, _, interpreter throws(TemplateError) in
            value.text != nil ? value : .string(try Jinja.str(value, interpreter.meter))
        },
        "format": Filter(free: { value, arguments, interpreter throws(TemplateError) in
            try format(value, arguments, interpreter.meter)
        }),
        "wordcount": Filter("do_wordcount", "s") { value, _, interpreter throws(TemplateError) in
            let text = try Jinja.softText(value, interpreter.meter).text
            return .int(text.unicodeScalars.split { !$0.isPythonWord }.count)
        },
        "urlencode": Filter("do_urlencode", "value") { value, _, interpreter throws(TemplateError) in
            .string(try urlEncode(value, interpreter.meter))
        },
    ]

    private static func mapping(
        _ function: String, _ transform: @escaping @Sendable (String) -> String
    ) -> Filter {
        Filter(function, "s") { value, _, interpreter throws(TemplateError) in
            let (text, isMarkup) = try Jinja.softText(value, interpreter.meter)
            return try .text(transform(text), isMarkup: isMarkup, interpreter.meter)
        }
    }

    /// Every word with a capital, and the rest of it small; words begin after spaces, hyphens and brackets.
    private static func title(_ text: String) -> String {
        var result = ""
        var word = ""
        func finished() -> String {
            guard let first = word.unicodeScalars.first else { return "" }
            return first.properties.uppercaseMapping + String(word.unicodeScalars.dropFirst()).pythonLowercased
        }
        for scalar in text.unicodeScalars {
            if scalar.isPythonSpace || "-({[<".unicodeScalars.contains(scalar) {
                result += finished()
                word = ""
                result.unicodeScalars.append(scalar)
            } else {
                word.unicodeScalars.append(scalar)
            }
        }
        return result + finished()
    }

    private static func trim(
        _ value: Value, _ characters: Value?, _ interpreter: Jinja.Interpreter
    ) throws(TemplateError) -> Value {
        let (text, isMarkup) = try Jinja.softText(value, interpreter.meter)
        guard let method = Jinja.Methods.method("strip", of: .string("")) else { return value }
        let arguments = Jinja.CallArguments(characters.map { [$0] } ?? [])
        return try method.call(isMarkup ? .markup(text) : .string(text), arguments, interpreter)
    }

    private static func format(
        _ value: Value, _ arguments: Jinja.CallArguments, _ meter: Meter
    ) throws(TemplateError) -> Value {
        guard arguments.positional.isEmpty || arguments.keywords.isEmpty else {
            throw TemplateError(
                .filterArgument, "can't handle positional and keyword arguments at the same time")
        }
        let (text, isMarkup) = try Jinja.softText(value, meter)
        var members = Jinja.OrderedMembers()
        for (name, value) in arguments.keywords { members.set(value, for: name) }
        let values: Value =
            members.isEmpty ? try .tuple(arguments.positional, meter) : try .mapping(members, meter)
        return try Jinja.PercentFormat.format(text, values, isMarkup: isMarkup, meter)
    }

    // MARK: URLs

    private static func urlEncode(_ value: Value, _ meter: Meter) throws(TemplateError) -> String {
        guard value.text == nil, Jinja.isIterable(value) else { return try quote(value, isQuery: false, meter) }
        var pairs: [(key: Value, value: Value)] = []
        if case .mapping(let mapping) = value {
            pairs = mapping.members.pairs
        } else {
            for item in try Jinja.collect(value, meter) {
                let parts = try Jinja.unpack(item, count: 2, meter)
                pairs.append((parts[0], parts[1]))
            }
        }
        var parts: [String] = []
        for (key, value) in pairs {
            parts.append(try quote(key, isQuery: true, meter) + "=" + quote(value, isQuery: true, meter))
        }
        return parts.joined(separator: "&")
    }

    /// Percent-encoded UTF-8; a slash stays in a path, and a space is a plus in a query.
    private static func quote(_ value: Value, isQuery: Bool, _ meter: Meter) throws(TemplateError) -> String {
        let text = try Jinja.str(value, meter)
        try meter.allocate(text.utf8.count, each: 3)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: bytes.append(byte)
            case _ where "_.-~".utf8.contains(byte), UInt8(ascii: "/") where !isQuery: bytes.append(byte)
            case UInt8(ascii: " ") where isQuery: bytes.append(UInt8(ascii: "+"))
            default: bytes += ("%" + String(byte, radix: 16, uppercase: true).paddedLeft(to: 2)).utf8
            }
        }
        return String(utf8: bytes)
    }
}
