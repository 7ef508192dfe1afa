extension Jinja {
    /// `repr` of a text: in quotes, with escapes for what does not print.
    static func repr(_ text: String) -> String {
        let quote: Unicode.Scalar = text.utf8.contains(0x27) && !text.utf8.contains(0x22) ? "\"" : "'"
        var result = String.UnicodeScalarView()
        result.append(quote)
        for scalar in text.unicodeScalars { appendEscaped(scalar, quote: quote, to: &result) }
        result.append(quote)
        return String(result)
    }

    private static func appendEscaped(
        _ scalar: Unicode.Scalar, quote: Unicode.Scalar, to result: inout String.UnicodeScalarView
    ) {
        switch scalar {
        case quote, "\\": result.append(contentsOf: ["\\", scalar])
        case "\n": result.append(contentsOf: "\\n".unicodeScalars)
        case "\r": result.append(contentsOf: "\\r".unicodeScalars)
        case "\t": result.append(contentsOf: "\\t".unicodeScalars)
        case _ where scalar.isPythonPrintable: result.append(scalar)
        default: result.append(contentsOf: hexadecimalEscape(scalar).unicodeScalars)
        }
    }

    /// The shortest of `\xXX`, `\uXXXX` and `\UXXXXXXXX`.
    static func hexadecimalEscape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        switch scalar.value {
        case 0..<0x100: return "\\x" + digits.paddedLeft(to: 2)
        case 0..<0x10000: return "\\u" + digits.paddedLeft(to: 4)
        default: return "\\U" + digits.paddedLeft(to: 8)
        }
    }

    /// `repr` of a value.
    static func repr(_ value: Value, _ meter: Meter) throws(TemplateError) -> String {
        var result = ""
        try appendRepr(of: value, to: &result, meter)
        return result
    }

    private static func appendRepr(
        of value: Value, to result: inout String, _ meter: Meter
    ) throws(TemplateError) {
        try meter.step()
        switch value {
        case .string(let text):
            try meter.allocate(text.utf8.count)
            result += repr(text)
        case .markup(let text):
            try meter.allocate(text.utf8.count)
            result += "Markup(\(repr(text)))"
        case .list(let list):
            result += "["
            try appendItems(list.items, to: &result, meter)
            result += "]"
        case .tuple(let tuple):
            result += "("
            try appendItems(tuple.items, to: &result, meter)
            result += tuple.items.count == 1 ? ",)" : ")"
        case .mapping(let mapping): try appendMembers(mapping.members, to: &result, meter)
        case .object(let object): result += try object.representation(meter)
        case .undefined: result += "Undefined"
        default: result += try str(value, meter)
        }
        try meter.allocate(16)
    }

    private static func appendItems(
        _ items: [Value], to result: inout String, _ meter: Meter
    ) throws(TemplateError) {
        var isFirst = true
        for item in items {
            if !isFirst { result += ", " }
            isFirst = false
            try appendRepr(of: item, to: &result, meter)
        }
    }

    private static func appendMembers(
        _ members: OrderedMembers, to result: inout String, _ meter: Meter
    ) throws(TemplateError) {
        result += "{"
        var isFirst = true
        for (key, value) in members.pairs {
            if !isFirst { result += ", " }
            isFirst = false
            try appendRepr(of: key, to: &result, meter)
            result += ": "
            try appendRepr(of: value, to: &result, meter)
        }
        result += "}"
    }

    /// `str` of a value: what a template prints.
    static func str(_ value: Value, _ meter: Meter) throws(TemplateError) -> String {
        switch value {
        case .undefined: ""
        case .none: "None"
        case .bool(let value): value ? "True" : "False"
        case .int(let value): String(value)
        case .float(let value): repr(value)
        case .string(let text), .markup(let text): text
        case .range(let range):
            range.step == 1
                ? "range(\(range.start), \(range.stop))" : "range(\(range.start), \(range.stop), \(range.step))"
        case .list, .tuple, .mapping, .object: try repr(value, meter)
        }
    }
}

extension String {
    /// The text with `fill` before it up to `width` characters; for digits, which are ASCII.
    func paddedLeft(to width: Int, with fill: Character = "0") -> String {
        utf8.count >= width ? self : String(fill).repeated(width - utf8.count) + self
    }
}
