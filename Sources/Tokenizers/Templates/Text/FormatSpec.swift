extension Jinja {
    /// Python's format specification: `[[fill]align][sign][#][0][width][grouping][.precision][type]`.
    struct FormatSpec {
        var fill: Unicode.Scalar = " "
        var align: Unicode.Scalar?
        var sign: Unicode.Scalar = "-"
        var isAlternate = false
        var width = 0
        var grouping: Unicode.Scalar?
        var precision: Int?
        var type: Unicode.Scalar?

        init() {}

        /// - Parameter typeName: of the value to format, for messages.
        init(_ text: String, for typeName: String) throws(TemplateError) {
            let scalars = Array(text.unicodeScalars)
            var rest = scalars[...]
            func isAlign(_ scalar: Unicode.Scalar?) -> Bool {
                scalar.map { "<>=^".unicodeScalars.contains($0) } ?? false
            }
            if rest.count > 1, isAlign(rest[rest.startIndex + 1]) {
                fill = rest.removeFirst()
                align = rest.removeFirst()
            } else if isAlign(rest.first) {
                align = rest.removeFirst()
            }
            if let first = rest.first, "+- ".unicodeScalars.contains(first) { sign = rest.removeFirst() }
            if rest.first == "#" {
                isAlternate = true
                rest.removeFirst()
            }
            if rest.first == "0", align == nil {
                fill = "0"
                align = Self.isText(typeName) ? nil : "="
                rest.removeFirst()
            }
            width = try Self.number(from: &rest) ?? 0
            if rest.first == "," || rest.first == "_" { grouping = rest.removeFirst() }
            if rest.first == "." {
                rest.removeFirst()
                guard let digits = try Self.number(from: &rest) else {
                    throw .value("Format specifier missing precision")
                }
                precision = digits
            }
            if rest.count == 1 { type = rest.removeFirst() }
            guard rest.isEmpty else {
                throw .value("Invalid format specifier '\(text)' for object of type '\(typeName)'")
            }
        }

        private static func isText(_ typeName: String) -> Bool { typeName == "str" || typeName == "Markup" }

        private static func number(from rest: inout ArraySlice<Unicode.Scalar>) throws(TemplateError) -> Int? {
            var value: Int?
            while let digit = rest.first?.digitValue(radix: 10) {
                guard (value ?? 0) < 100_000_000 else {
                    throw .value("Too many decimal digits in format string")
                }
                value = (value ?? 0) * 10 + digit
                rest.removeFirst()
            }
            return value
        }

        /// Pads `sign` and `body` to the width; `defaultAlign` where the specification names none.
        func pad(
            _ body: String, sign: String = "", defaultAlign: Unicode.Scalar, _ meter: Meter
        ) throws(TemplateError) -> String {
            let missing = width - body.codePointCount - sign.codePointCount
            guard missing > 0 else { return sign + body }
            try meter.allocate(missing, each: fill.utf8.count)
            func filling(_ count: Int) -> String { String(fill).repeated(count) }
            switch align ?? defaultAlign {
            case "<": return sign + body + filling(missing)
            case "^": return filling(missing / 2) + sign + body + filling(missing - missing / 2)
            case "=": return sign + filling(missing) + body
            default: return filling(missing) + sign + body
            }
        }
    }

    /// `format(value, specification)`
    static func format(_ value: Value, _ specification: String, _ meter: Meter) throws(TemplateError) -> String {
        guard !specification.isEmpty else { return try str(value, meter) }
        switch value {
        case .string(let text), .markup(let text):
            return try format(text, FormatSpec(specification, for: value.typeName), meter)
        case .int(let number): return try format(number, FormatSpec(specification, for: "int"), meter)
        case .bool(let isTrue): return try format(isTrue ? 1 : 0, FormatSpec(specification, for: "bool"), meter)
        case .float(let number): return try format(number, FormatSpec(specification, for: "float"), meter)
        default: throw .type("unsupported format string passed to \(value.typeName).__format__")
        }
    }

    private static func format(_ text: String, _ spec: FormatSpec, _ meter: Meter) throws(TemplateError) -> String {
        guard spec.type == nil || spec.type == "s" else { throw unknown(spec.type, typeName: "str") }
        guard spec.sign == "-" else { throw .value("Sign not allowed in string format specifier") }
        guard spec.align != "=" else { throw .value("'=' alignment not allowed in string format specifier") }
        let count = text.codePointCount
        let body = spec.precision.map { $0 < count ? text.codePoints(0, $0) : text } ?? text
        return try spec.pad(body, defaultAlign: "<", meter)
    }

    private static func format(_ number: Int, _ spec: FormatSpec, _ meter: Meter) throws(TemplateError) -> String {
        switch spec.type {
        case nil, "d", "n", "b", "o", "x", "X": break
        case "e", "E", "f", "F", "g", "G", "%": return try format(Double(number), spec, meter)
        case "c":
            guard let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init) else {
                throw TemplateError(.overflow, "%c arg not in range(0x110000)")
            }
            return try spec.pad(String(scalar), defaultAlign: "<", meter)
        default: throw unknown(spec.type, typeName: "int")
        }
        guard spec.precision == nil else { throw .value("Precision not allowed in integer format specifier") }
        let (radix, prefix, group) =
            switch spec.type {
            case "b": (2, "0b", 4)
            case "o": (8, "0o", 4)
            case "x": (16, "0x", 4)
            case "X": (16, "0X", 4)
            default: (10, "", 3)
            }
        let digits = String(number.magnitude, radix: radix, uppercase: spec.type == "X")
        let sign = NumberText.sign(isNegative: number < 0, spec.sign) + (spec.isAlternate ? prefix : "")
        return try NumberText.pad(digits, group: group, sign: sign, spec, meter)
    }

    private static func format(_ number: Double, _ spec: FormatSpec, _ meter: Meter) throws(TemplateError) -> String {
        guard spec.type.map({ "eEfFgGn%".unicodeScalars.contains($0) }) ?? true else {
            throw unknown(spec.type, typeName: "float")
        }
        let body = try NumberText.format(
            number.magnitude, type: spec.type, precision: spec.precision, isAlternate: spec.isAlternate, meter)
        let sign = NumberText.sign(isNegative: number.sign == .minus && !number.isNaN, spec.sign)
        return try NumberText.pad(body, group: 3, sign: sign, spec, meter)
    }

    private static func unknown(_ type: Unicode.Scalar?, typeName: String) -> TemplateError {
        .value("Unknown format code '\(type.map(String.init) ?? "")' for object of type '\(typeName)'")
    }
}
