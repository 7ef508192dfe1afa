extension Jinja.Filters {
    static let layouts: [String: Filter] = [
        "center": Filter("do_center", "value width?") { value, bound, interpreter throws(TemplateError) in
            let (text, isMarkup) = try Jinja.softText(value, interpreter.meter)
            guard let method = Jinja.Methods.method("center", of: .string("")) else { return value }
            return try method.call(
                isMarkup ? .markup(text) : .string(text), Jinja.CallArguments([bound[1] ?? .int(80)]), interpreter)
        },
        "indent": Filter("do_indent", "s width? first? blank?") { value, bound, interpreter throws(TemplateError) in
            try indent(value, bound, interpreter.meter)
        },
        "truncate": Filter("do_truncate", "s length? killwords? end? leeway?", hidden: 1) {
            value, bound, interpreter throws(TemplateError) in try truncate(value, bound, interpreter.meter)
        },
        "wordwrap": Filter("do_wordwrap", "s width? break_long_words? wrapstring? break_on_hyphens?", hidden: 1) {
            value, bound, interpreter throws(TemplateError) in try wordWrap(value, bound, interpreter.meter)
        },
    ]

    private static func indent(
        _ value: Value, _ bound: Jinja.Bound, _ meter: Meter
    ) throws(TemplateError) -> Value {
        if let error = value.undefinedError { throw error }
        guard let text = value.text else {
            throw .type("unsupported operand type(s) for +=: '\(value.typeName)' and 'str'")
        }
        let indention: String
        if let given = bound[1]?.text {
            indention = given
        } else {
            let width = try bound.integer(1, default: 4)
            try meter.allocate(max(0, width))
            indention = " ".repeated(width)
        }
        try meter.scan(text.utf8.count)
        // The line break added here keeps a last line that is empty, as splitting alone would not.
        let lines = Jinja.splitLines(text + "\n")
        try meter.allocate(lines.count, each: indention.utf8.count)
        let isBlankIndented = bound.flag(3)
        let isFirstIndented = bound.flag(2)
        let indented = lines.enumerated().map { place, line in
            let isIndented = place == 0 ? isFirstIndented : isBlankIndented || !line.isEmpty
            return isIndented ? indention + line : line
        }
        return try .text(indented.joined(separator: "\n"), isMarkup: value.isMarkup, meter)
    }

    private static func truncate(
        _ value: Value, _ bound: Jinja.Bound, _ meter: Meter
    ) throws(TemplateError) -> Value {
        let end = bound[3] ?? .string("...")
        guard let endCount = Jinja.count(of: end) else {
            throw .type("object of type '\(end.typeName)' has no len()")
        }
        let (length, leeway) = (bound[1] ?? .int(255), bound.some(4) ?? .int(5))
        guard try Jinja.compare(length, .greaterOrEqual, .int(endCount), meter) else {
            throw TemplateError(
                .assertion, "expected length >= \(endCount), got \(try Jinja.str(length, meter))")
        }
        guard try Jinja.compare(leeway, .greaterOrEqual, .int(0), meter) else {
            throw TemplateError(.assertion, "expected leeway >= 0, got \(try Jinja.str(leeway, meter))")
        }
        if value.isUndefined { return value }
        guard let text = value.text else { throw .type("object of type '\(value.typeName)' has no len()") }
        try meter.scan(text.utf8.count)
        let longest = try Jinja.compute(.add, length, leeway, meter)
        guard try Jinja.compare(.int(text.codePointCount), .greater, longest, meter) else { return value }
        guard let length = length.integer else {
            throw .type("slice indices must be integers or None or have an __index__ method")
        }
        var kept = text.codePoints(0, length - endCount)
        if !bound.flag(2), let space = kept.utf8.lastIndex(of: UInt8(ascii: " ")) { kept = String(kept[..<space]) }
        return try Jinja.compute(.add, value.isMarkup ? .markup(kept) : .string(kept), end, meter)
    }

    private static func wordWrap(
        _ value: Value, _ bound: Jinja.Bound, _ meter: Meter
    ) throws(TemplateError) -> Value {
        if let error = value.undefinedError { throw error }
        guard let text = value.text else {
            throw missing("splitlines", of: value)
        }
        let separator = try bound.text(3, meter) ?? "\n"
        try meter.scan(text.utf8.count)
        var lines: [String] = []
        for paragraph in Jinja.splitLines(text) {
            let wrap = Jinja.WordWrap(
                width: try wrapWidth(bound[1] ?? .int(79), meter), breaksLongWords: bound.flag(2, default: true),
                breaksHyphens: bound.flag(4, default: true))
            lines.append(try Jinja.join(wrap.lines(of: paragraph), by: separator, meter))
        }
        return .string(try Jinja.join(lines, by: separator, meter))
    }

    private static func wrapWidth(_ width: Value, _ meter: Meter) throws(TemplateError) -> Int {
        guard try !Jinja.compare(width, .lessOrEqual, .int(0), meter) else {
            throw .value("invalid width \(try Jinja.repr(width, meter)) (must be > 0)")
        }
        return max(1, width.integer ?? width.float.flatMap { Int(exactly: $0.rounded(.down)) } ?? .max)
    }
}
