extension Jinja.Methods {
    typealias Method = Jinja.Method
    typealias Signature = Jinja.Signature

    /// The methods of `str`.
    static let text: [String: Method] = caseMethods.merging(searchMethods) { $1 }.merging(partMethods) { $1 }
        .merging(layoutMethods) { $1 }.merging(classMethods) { $1 }

    /// A method from text to text; what it makes of escaped text counts as escaped.
    static func mapping(
        _ signature: Signature,
        _ transform: @escaping @Sendable (String, Jinja.Bound, Jinja.Meter) throws(TemplateError) -> String
    ) -> Method {
        Method(signature) { receiver, bound, interpreter throws(TemplateError) in
            let text = receiver.text ?? ""
            try interpreter.meter.scan(text.utf8.count)
            let result = try transform(text, bound, interpreter.meter)
            return try .text(result, isMarkup: receiver.isMarkup, interpreter.meter)
        }
    }

    // MARK: Case

    private static let caseMethods: [String: Method] = [
        "lower": mapping(.native("str.lower")) { text, _, _ throws(TemplateError) in text.pythonLowercased },
        "upper": mapping(.native("str.upper")) { text, _, _ throws(TemplateError) in text.pythonUppercased },
        "capitalize": mapping(.native("str.capitalize")) { text, _, _ throws(TemplateError) in
            text.pythonCapitalized
        },
        "title": mapping(.native("str.title")) { text, _, _ throws(TemplateError) in text.pythonTitlecased },
        "swapcase": mapping(.native("str.swapcase")) { text, _, _ throws(TemplateError) in text.pythonSwappedCase },
    ]

    // MARK: Layout

    private static let layoutMethods: [String: Method] = [
        "center": mapping(.native("center", "width fillchar?")) { text, bound, meter throws(TemplateError) in
            let (missing, fill) = try padding(of: text, bound, "center")
            let width = bound.required(0).integer ?? 0
            let left = missing / 2 + (missing & width & 1)
            return try filling(left, fill, meter) + text + filling(missing - left, fill, meter)
        },
        "ljust": mapping(.native("ljust", "width fillchar?")) { text, bound, meter throws(TemplateError) in
            let (missing, fill) = try padding(of: text, bound, "ljust")
            return text + (try filling(missing, fill, meter))
        },
        "rjust": mapping(.native("rjust", "width fillchar?")) { text, bound, meter throws(TemplateError) in
            let (missing, fill) = try padding(of: text, bound, "rjust")
            return try filling(missing, fill, meter) + text
        },
        "zfill": mapping(.native("str.zfill", "width")) { text, bound, meter throws(TemplateError) in
            let missing = try padding(of: text, bound, "zfill").missing
            let signCount = text.utf8.first.map { $0 == 0x2B || $0 == 0x2D } ?? false ? 1 : 0
            return text.prefix(signCount) + (try filling(missing, "0", meter)) + text.dropFirst(signCount)
        },
        "expandtabs": mapping(Signature("expandtabs", "tabsize?")) { text, bound, meter throws(TemplateError) in
            try expandingTabs(text, size: bound.integer(0, default: 8), meter)
        },
        "format": Method(free: { receiver, arguments, interpreter throws(TemplateError) in
            try Jinja.BraceFormat.format(
                receiver.text ?? "", arguments, isMarkup: receiver.isMarkup, interpreter)
        }),
        "format_map": Method(.native("format_map", "mapping")) { receiver, bound, interpreter throws(TemplateError) in
            let mapping = Jinja.CallArguments([bound.required(0)])
            var arguments = Jinja.CallArguments()
            for (key, value) in try Jinja.Globals.members(of: mapping, interpreter.meter).pairs {
                if let name = key.text { arguments.keywords.append((name, value)) }
            }
            return try Jinja.BraceFormat.format(
                receiver.text ?? "", arguments, isMarkup: receiver.isMarkup, interpreter)
        },
    ]

    private static func padding(
        of text: String, _ bound: Jinja.Bound, _ name: String
    ) throws(TemplateError) -> (missing: Int, fill: String) {
        let width = try Jinja.integer(bound.required(0))
        var fill = " "
        if let value = bound[1] {
            guard let character = value.text else {
                throw .type("The fill character must be a unicode character, not \(value.typeName)")
            }
            guard character.codePointCount == 1 else {
                throw .type("The fill character must be exactly one character long")
            }
            fill = character
        }
        let (missing, overflow) = width.subtractingReportingOverflow(text.codePointCount)
        return (overflow ? 0 : max(0, missing), fill)
    }

    private static func filling(
        _ count: Int, _ fill: String, _ meter: Jinja.Meter
    ) throws(TemplateError) -> String {
        try meter.allocate(count, each: fill.utf8.count)
        return fill.repeated(count)
    }

    private static func expandingTabs(
        _ text: String, size: Int, _ meter: Jinja.Meter
    ) throws(TemplateError) -> String {
        var result = ""
        var column = 0
        for scalar in text.unicodeScalars {
            if scalar == "\t" {
                let count = size > 0 ? size - column % size : 0
                result += try filling(count, " ", meter)
                column += count
            } else {
                result.unicodeScalars.append(scalar)
                column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
            }
        }
        return result
    }
}
