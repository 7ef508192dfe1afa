extension Jinja {
    /// The forms of numbers that `format` and `%` share.
    enum NumberText {
        /// A number that is not negative, in one of the forms `e`, `f`, `g`, `%`, or as `str` writes it.
        static func format(
            _ value: Double, type: Unicode.Scalar?, precision: Int?, isAlternate: Bool, _ meter: Meter
        ) throws(TemplateError) -> String {
            let isUpper = type?.properties.isUppercase ?? false
            guard value.isFinite else {
                let text = Jinja.nonFinite(value) + (type == "%" ? "%" : "")
                return isUpper ? text.pythonUppercased : text
            }
            try meter.allocate(precision ?? 0, each: 16)
            let mark = isUpper ? "E" : "e"
            switch type {
            case "e", "E":
                let (digits, exponent) = ExactDecimal(value).leading(places: precision ?? 6)
                return Jinja.scientific(digits, exponent: exponent, mark: mark)
            case "f", "F": return ExactDecimal(value).fixed(places: precision ?? 6)
            case "%": return ExactDecimal(value * 100).fixed(places: precision ?? 6) + "%"
            case nil where precision == nil: return Jinja.repr(value)
            default:
                let text = general(value, digits: max(1, precision ?? 6), isAlternate: isAlternate, mark: mark)
                return type == nil && !text.contains(where: { $0 == "." || $0 == "e" }) ? text + ".0" : text
            }
        }

        /// `%g`: an exponent below 1e-4 or beyond the digits wanted, and no zeros at the end.
        private static func general(_ value: Double, digits wanted: Int, isAlternate: Bool, mark: String) -> String {
            let decimal = ExactDecimal(value)
            let (digits, exponent) = decimal.leading(places: wanted - 1)
            if exponent < -4 || exponent >= wanted {
                let kept = isAlternate ? digits[...] : Substring(digits).droppingZeros
                return Jinja.scientific(kept, exponent: exponent, mark: mark)
            }
            let text = decimal.fixed(places: wanted - 1 - exponent)
            guard !isAlternate, text.contains(".") else { return text }
            let kept = Substring(text).droppingZeros
            return String(kept.last == "." ? kept.dropLast() : kept)
        }

        static func sign(isNegative: Bool, _ sign: Unicode.Scalar) -> String {
            if isNegative { return "-" }
            return sign == "-" ? "" : String(sign)
        }

        /// Digits, grouped as the specification asks, and padded; zeros are grouped with them.
        static func pad(
            _ body: String, group: Int, sign: String, _ spec: FormatSpec, _ meter: Meter
        ) throws(TemplateError) -> String {
            guard let separator = spec.grouping else {
                return try spec.pad(body, sign: sign, defaultAlign: ">", meter)
            }
            if separator == ",", group == 4 {
                throw .value("Cannot specify ',' with '\(spec.type.map(String.init) ?? "")'.")
            }
            let whole = body.prefix { $0.isHexDigit }
            let rest = body.dropFirst(whole.count)
            var digits = String(whole)
            if spec.fill == "0", spec.align == "=" {
                try meter.allocate(spec.width)
                while grouped(digits, group, separator).utf8.count + rest.utf8.count + sign.utf8.count < spec.width {
                    let missing =
                        spec.width - grouped(digits, group, separator).utf8.count - rest.utf8.count - sign.utf8.count
                    digits = String(repeating: "0", count: max(1, missing * group / (group + 1))) + digits
                }
            }
            return try spec.pad(grouped(digits, group, separator) + rest, sign: sign, defaultAlign: ">", meter)
        }

        private static func grouped(_ digits: String, _ group: Int, _ separator: Unicode.Scalar) -> String {
            var result = ""
            for (place, digit) in digits.enumerated() {
                if place > 0, (digits.count - place) % group == 0 { result.unicodeScalars.append(separator) }
                result.append(digit)
            }
            return result
        }
    }
}

extension Substring {
    fileprivate var droppingZeros: Substring {
        var kept = self
        while kept.last == "0" { kept.removeLast() }
        return kept
    }
}
