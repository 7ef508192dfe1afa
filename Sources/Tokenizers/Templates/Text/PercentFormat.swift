extension Jinja {
    /// `format % values`: Python's printf-style formatting.
    struct PercentFormat {
        private let scalars: [Unicode.Scalar]
        private var position = 0
        private let values: Value
        /// The values one by one, where they are not looked up by key.
        private var positional: ArraySlice<Value>
        private let isMarkup: Bool
        private let meter: Meter
        private var usesKeys = false

        static func format(
            _ format: String, _ values: Value, isMarkup: Bool, _ meter: Meter
        ) throws(TemplateError) -> Value {
            try meter.scan(format.utf8.count)
            var formatter = PercentFormat(format, values, isMarkup: isMarkup, meter)
            return try .text(try formatter.run(), isMarkup: isMarkup, meter)
        }

        private init(_ format: String, _ values: Value, isMarkup: Bool, _ meter: Meter) {
            scalars = Array(format.unicodeScalars)
            self.values = values
            self.isMarkup = isMarkup
            self.meter = meter
            if case .tuple(let tuple) = values { positional = tuple.items[...] } else { positional = [values] }
        }

        /// Whether the values may be left over: those that could have been looked up by key.
        private var isLookup: Bool {
            switch values {
            case .mapping, .list, .undefined, .range: true
            default: false
            }
        }

        private mutating func run() throws(TemplateError) -> String {
            var result = ""
            while position < scalars.count {
                let scalar = scalars[position]
                position += 1
                if scalar == "%" {
                    let part = try readDirective()
                    try meter.allocate(part.utf8.count)
                    result += part
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
            guard positional.isEmpty || isLookup || usesKeys else {
                throw .type("not all arguments converted during string formatting")
            }
            return result
        }

        private mutating func next() throws(TemplateError) -> Unicode.Scalar {
            guard position < scalars.count else { throw .value("incomplete format") }
            position += 1
            return scalars[position - 1]
        }

        private mutating func nextValue() throws(TemplateError) -> Value {
            guard let value = positional.popFirst() else { throw .type("not enough arguments for format string") }
            return value
        }

        // MARK: Directives

        private mutating func readDirective() throws(TemplateError) -> String {
            var spec = FormatSpec()
            spec.align = ">"
            let value = position < scalars.count && scalars[position] == "(" ? try readKey() : nil
            readFlags(&spec)
            try readWidth(&spec)
            var type = try next()
            while type == "h" || type == "l" || type == "L" { type = try next() }
            if type == "%" { return "%" }
            spec.type = type
            guard "diuoxXeEfFgGcrsa".unicodeScalars.contains(type) else {
                throw .value(
                    "unsupported format character '\(String(type))' (0x\(String(type.value, radix: 16)))"
                        + " at index \(position - 1)")
            }
            if let value { return try format(value, spec) }
            return try format(try nextValue(), spec)
        }

        private mutating func readKey() throws(TemplateError) -> Value {
            guard isLookup else { throw .type("format requires a mapping") }
            position += 1
            let start = position
            var depth = 1
            while depth > 0 {
                guard position < scalars.count else { throw .value("incomplete format key") }
                if scalars[position] == "(" { depth += 1 }
                if scalars[position] == ")" { depth -= 1 }
                position += 1
            }
            usesKeys = true
            let key = String(scalars: scalars[start..<position - 1])
            if let error = values.undefinedError { throw error }
            guard case .mapping(let mapping) = values else {
                throw .type("\(values.typeName) indices must be integers or slices, not str")
            }
            guard let value = mapping.members[key] else { throw TemplateError(.key, Jinja.repr(key)) }
            return value
        }

        private mutating func readFlags(_ spec: inout FormatSpec) {
            while position < scalars.count {
                switch scalars[position] {
                case "-": spec.align = "<"
                case "+": spec.sign = "+"
                case " ": if spec.sign != "+" { spec.sign = " " }
                case "#": spec.isAlternate = true
                case "0": spec.fill = "0"
                default: return
                }
                position += 1
            }
        }

        private mutating func readWidth(_ spec: inout FormatSpec) throws(TemplateError) {
            if let width = try readNumber() {
                spec.width = abs(width)
                if width < 0 { spec.align = "<" }
            }
            guard position < scalars.count, scalars[position] == "." else { return }
            position += 1
            spec.precision = max(0, try readNumber() ?? 0)
        }

        /// Digits, or the next value for `*`.
        private mutating func readNumber() throws(TemplateError) -> Int? {
            if position < scalars.count, scalars[position] == "*" {
                position += 1
                guard let value = try nextValue().integer else { throw .type("* wants int") }
                guard abs(Int64(clamping: value)) < Int64(Int32.max) else { throw .value("width too big") }
                return value
            }
            var value: Int?
            while position < scalars.count, let digit = scalars[position].digitValue(radix: 10) {
                guard (value ?? 0) < 100_000_000 else { throw .value("width too big") }
                value = (value ?? 0) * 10 + digit
                position += 1
            }
            return value
        }

        // MARK: Values

        private func format(_ value: Value, _ spec: FormatSpec) throws(TemplateError) -> String {
            switch spec.type {
            case "s": return try pad(text: isMarkup ? try escape(value, meter) : try str(value, meter), spec)
            case "r", "a": return try pad(text: try repr(value, meter), spec)
            case "c": return try pad(text: try character(value), spec)
            case "e", "E", "f", "F", "g", "G": return try formatFloat(value, spec)
            default: return try formatInteger(value, spec)
            }
        }

        private func pad(text: String, _ spec: FormatSpec) throws(TemplateError) -> String {
            var spec = spec
            spec.fill = " "
            let body = spec.precision.map { $0 < text.codePointCount ? text.codePoints(0, $0) : text } ?? text
            return try spec.pad(spec.type == "c" ? text : body, defaultAlign: ">", meter)
        }

        private func character(_ value: Value) throws(TemplateError) -> String {
            if let text = value.text, text.codePointCount == 1 { return text }
            guard let number = value.integer else { throw .type("%c requires int or char") }
            guard let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init) else {
                throw TemplateError(.overflow, "%c arg not in range(0x110000)")
            }
            return String(scalar)
        }

        private func formatFloat(_ value: Value, _ spec: FormatSpec) throws(TemplateError) -> String {
            if let error = value.undefinedError { throw error }
            guard let number = value.float else { throw .type("must be real number, not \(value.typeName)") }
            let body = try NumberText.format(
                number.magnitude, type: spec.type, precision: spec.precision ?? 6, isAlternate: spec.isAlternate, meter)
            return try pad(number: body, isNegative: number.sign == .minus, spec)
        }

        private func formatInteger(_ value: Value, _ spec: FormatSpec) throws(TemplateError) -> String {
            let isDecimal = spec.type == "d" || spec.type == "i" || spec.type == "u"
            guard let number = isDecimal ? try Jinja.truncated(value) : value.integer else {
                let name = String(spec.type ?? "d")
                let wanted = isDecimal ? "a real number is required" : "an integer is required"
                throw .type("%\(name) format: \(wanted), not \(value.typeName)")
            }
            let (radix, prefix) =
                switch spec.type {
                case "o": (8, "0o")
                case "x": (16, "0x")
                case "X": (16, "0X")
                default: (10, "")
                }
            let digits = String(number.magnitude, radix: radix, uppercase: spec.type == "X")
            try meter.allocate(spec.precision ?? 0)
            let body = digits.paddedLeft(to: spec.precision ?? 0)
            return try pad(number: body, isNegative: number < 0, spec, prefix: spec.isAlternate ? prefix : "")
        }

        private func pad(
            number: String, isNegative: Bool, _ spec: FormatSpec, prefix: String = ""
        ) throws(TemplateError) -> String {
            var spec = spec
            if spec.fill == "0" { spec.align = spec.align == "<" ? "<" : "=" }
            if spec.align == "<" { spec.fill = " " }
            let sign = NumberText.sign(isNegative: isNegative, spec.sign)
            return try spec.pad(number, sign: sign + prefix, defaultAlign: ">", meter)
        }
    }

    /// The integer part of a finite float; nil for what is no float.
    static func truncated(_ value: Value) throws(TemplateError) -> Int? {
        guard case .float(let number) = value else { return value.integer }
        if number.isNaN { throw .value("cannot convert float NaN to integer") }
        if number.isInfinite { throw TemplateError(.overflow, "cannot convert float infinity to integer") }
        guard let whole = Int(exactly: number.rounded(.towardZero)) else {
            throw .limit("An integer of the template does not fit 64 bits")
        }
        return whole
    }
}
