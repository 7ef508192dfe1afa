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
            indention = String(repeating: " ", count: max(0, width))
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
        let end = try bound.text(3, meter) ?? "..."
        let length = try bound.integer(1, default: 255)
        let leeway = bound.some(4) == nil ? 5 : try bound.integer(4, default: 5)
        let endCount = end.codePointCount
        guard length >= endCount else {
            throw TemplateError(.assertion, "expected length >= \(endCount), got \(length)")
        }
        guard leeway >= 0 else { throw TemplateError(.assertion, "expected leeway >= 0, got \(leeway)") }
        if let error = value.undefinedError, length == 0, leeway == 0 { throw error }
        guard let text = value.text else {
            if value.isUndefined { return value }
            throw .type("object of type '\(value.typeName)' has no len()")
        }
        try meter.scan(text.utf8.count)
        let (longest, overflow) = length.addingReportingOverflow(leeway)
        guard !overflow, text.codePointCount > longest else { return value }
        var kept = text.codePoints(0, length - endCount)
        if !bound.flag(2), let space = kept.utf8.lastIndex(of: UInt8(ascii: " ")) {
            kept = String(kept[..<space])
        }
        let tail = value.isMarkup ? Jinja.escapeHTML(end) : end
        return try .text(kept + tail, isMarkup: value.isMarkup, meter)
    }

    private static func wordWrap(
        _ value: Value, _ bound: Jinja.Bound, _ meter: Meter
    ) throws(TemplateError) -> Value {
        if let error = value.undefinedError { throw error }
        guard let text = value.text else {
            throw TemplateError(.attribute, "'\(value.typeName)' object has no attribute 'splitlines'")
        }
        let width = try bound.integer(1, default: 79)
        guard width > 0 else { throw .value("invalid width \(width) (must be > 0)") }
        let separator = try bound.text(3, meter) ?? "\n"
        try meter.scan(text.utf8.count)
        var lines: [String] = []
        for paragraph in Jinja.splitLines(text) {
            let wrap = Jinja.WordWrap(
                width: width, breaksLongWords: bound.flag(2, default: true),
                breaksHyphens: bound.flag(4, default: true))
            lines.append(try Jinja.join(wrap.lines(of: paragraph), by: separator, meter))
        }
        return .string(try Jinja.join(lines, by: separator, meter))
    }
}
