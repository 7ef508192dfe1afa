extension Jinja {
    /// `int(text, base)`: white space around it, a sign, a prefix that fits the base, single underscores
    /// between digits; nil for what is no integer.
    static func integer(from text: String, base: Int) throws(TemplateError) -> Int? {
        guard base == 0 || 2...36 ~= base else { return nil }
        var scalars = Array(strip(text) { $0.isPythonSpace }.unicodeScalars)[...]
        let sign = scalars.first == "-" || scalars.first == "+" ? String(scalars.removeFirst()) : ""
        var radix = base
        if scalars.count > 1, scalars.first == "0", let prefix = radixOfPrefix(scalars[scalars.startIndex + 1]) {
            if base == 0 || base == prefix {
                radix = prefix
                scalars.removeFirst(2)
                if scalars.first == "_" { scalars.removeFirst() }
            }
        }
        if radix == 0 { radix = 10 }
        guard let digits = digits(scalars, where: { $0.digitValue(radix: radix) != nil }) else { return nil }
        if base == 0, radix == 10, digits.hasPrefix("0"), digits.contains(where: { $0 != "0" }) { return nil }
        guard let value = Int(sign + digits, radix: radix) else {
            throw .limit("The integer \(digits.prefix(40)) does not fit 64 bits")
        }
        return value
    }

    private static func radixOfPrefix(_ scalar: Unicode.Scalar) -> Int? {
        switch scalar {
        case "b", "B": 2
        case "o", "O": 8
        case "x", "X": 16
        default: nil
        }
    }

    /// Digits without the underscores between them; nil for anything else.
    private static func digits(
        _ scalars: ArraySlice<Unicode.Scalar>, where isDigit: (Unicode.Scalar) -> Bool
    ) -> String? {
        var result = ""
        var isAfterDigit = false
        for scalar in scalars {
            if isDigit(scalar) {
                result.unicodeScalars.append(scalar)
                isAfterDigit = true
            } else {
                guard scalar == "_", isAfterDigit else { return nil }
                isAfterDigit = false
            }
        }
        return isAfterDigit ? result : nil
    }

    /// `float(text)`; nil for what is no number.
    static func float(from text: String) -> Double? {
        let stripped = strip(text) { $0.isPythonSpace }
        var body = stripped.pythonLowercased[...]
        if body.first == "+" || body.first == "-" { body.removeFirst() }
        let isNegative = stripped.hasPrefix("-")
        switch body {
        case "inf", "infinity": return isNegative ? -.infinity : .infinity
        case "nan": return .nan
        default: break
        }
        guard body.utf8.allSatisfy({ 0x30...0x39 ~= $0 || "._e+-".utf8.contains($0) }), hasPlainUnderscores(body)
        else { return nil }
        guard body.first == "." || body.first?.isNumber ?? false else { return nil }
        var digits = body.filter { $0 != "_" }
        // Swift wants digits on both sides of the point.
        if digits.hasPrefix(".") { digits = "0" + digits }
        if let point = digits.firstIndex(of: "."),
            digits.index(after: point) == digits.endIndex
                || digits[digits.index(after: point)] == "e"
        {
            guard digits.utf8.count > 1, body.first != "." else { return nil }
            digits.insert("0", at: digits.index(after: point))
        }
        return Double(digits).map { isNegative ? -$0 : $0 }
    }

    /// Whether underscores stand only between digits.
    private static func hasPlainUnderscores(_ text: Substring) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.indices.allSatisfy { place in
            guard bytes[place] == UInt8(ascii: "_") else { return true }
            guard place > 0, place + 1 < bytes.count else { return false }
            return 0x30...0x39 ~= bytes[place - 1] && 0x30...0x39 ~= bytes[place + 1]
        }
    }
}
