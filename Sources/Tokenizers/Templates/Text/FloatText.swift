extension Jinja {
    /// `repr` of a float: the shortest digits that read back as the same number, with an exponent below 1e-4
    /// and from 1e16 on.
    static func repr(_ value: Double) -> String {
        guard value.isFinite else { return nonFinite(value) }
        let sign = value.sign == .minus ? "-" : ""
        let (digits, exponent) = shortestDigits(value.magnitude)
        if exponent < -4 || exponent >= 16 {
            return sign + scientific(digits, exponent: exponent)
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        if digits.utf8.count <= exponent + 1 {
            return sign + digits + String(repeating: "0", count: exponent + 1 - digits.utf8.count) + ".0"
        }
        return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
    }

    static func nonFinite(_ value: Double) -> String {
        value.isNaN ? "nan" : (value < 0 ? "-inf" : "inf")
    }

    /// `d.ddde±xx`
    static func scientific(_ digits: some StringProtocol, exponent: Int, mark: String = "e") -> String {
        let fraction = digits.dropFirst()
        let mantissa = fraction.isEmpty ? "\(digits)" : "\(digits.prefix(1)).\(fraction)"
        let sign = exponent < 0 ? "-" : "+"
        return mantissa + mark + sign + String(exponent.magnitude).paddedLeft(to: 2)
    }

    /// The digits of the shortest decimal, without zeros at its ends, and the power of ten of the first.
    private static func shortestDigits(_ value: Double) -> (digits: String, exponent: Int) {
        guard value != 0 else { return ("0", 0) }
        // Swift prints the shortest digits too, but places the point by rules of its own.
        let parts = value.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + mantissa[0].count - 1
        var digits = Substring(mantissa.joined())
        while digits.count > 1, digits.first == "0" {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        return (String(digits), exponent)
    }
}
