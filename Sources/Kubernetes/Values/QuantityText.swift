/// The parts of an amount's text: sign, digits, and the power of two or ten that its suffix means
/// (Kubernetes API conventions, "Resource quantity": `Ki`…`Ei`, `n`…`E`, or an exponent `e3`).
struct QuantityText {
    private(set) var isNegative = false
    /// At most `maximumDigits` of the digits; the rest is in `power` and `isInexact`.
    private var mantissa: Int128 = 0
    /// Of ten.
    private var power = 0
    /// Of two.
    private var shift = 0
    /// Something that is not zero was left out behind `mantissa`.
    private var isInexact = false
    private var digits = 0

    /// A text that is longer is no amount.
    private static let maximumBytes = 64
    /// As many digits as leave room for a shift by 60.
    private static let maximumMantissa: Int128 = 1_000_000_000_000_000_000

    init?(_ text: String) {
        guard text.utf8.count <= Self.maximumBytes else { return nil }
        var rest = text.utf8[...]
        isNegative = Self.takeSign(&rest)
        readDigits(&rest)
        guard digits > 0, readSuffix(rest) else { return nil }
    }

    /// Billionths, rounded away from zero; nil when they are more than can be said.
    var nanos: Int128? {
        var value = mantissa << Int128(shift)
        var isInexact = isInexact
        var power = power + 9
        while power > 0, value != 0 {
            let (next, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            if isTooLarge { return nil }
            (value, power) = (next, power - 1)
        }
        while power < 0, value != 0 {
            if value % 10 != 0 { isInexact = true }
            (value, power) = (value / 10, power + 1)
        }
        if isInexact { value += 1 }
        return isNegative ? -value : value
    }

    private static func takeSign(_ rest: inout Substring.UTF8View) -> Bool {
        guard let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") else { return false }
        rest.removeFirst()
        return sign == UInt8(ascii: "-")
    }

    private mutating func readDigits(_ rest: inout Substring.UTF8View) {
        var isFraction = false
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "."):
                if isFraction { return }
                isFraction = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): take(Int128(byte - UInt8(ascii: "0")), isFraction: isFraction)
            default: return
            }
            rest.removeFirst()
        }
    }

    private mutating func take(_ digit: Int128, isFraction: Bool) {
        digits += 1
        if mantissa < Self.maximumMantissa {
            mantissa = mantissa * 10 + digit
            if isFraction { power -= 1 }
        } else {
            if digit != 0 { isInexact = true }
            if !isFraction { power += 1 }
        }
    }

    private mutating func readSuffix(_ rest: Substring.UTF8View) -> Bool {
        let suffix = String(Substring(rest))
        if let place = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].firstIndex(of: suffix) {
            shift = 10 * place
            return true
        }
        if let place = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"].firstIndex(of: suffix) {
            power += 3 * (place - 3)
            return true
        }
        return readExponent(rest)
    }

    private mutating func readExponent(_ rest: Substring.UTF8View) -> Bool {
        var rest = rest
        guard let sign = rest.popFirst(), sign == UInt8(ascii: "e") || sign == UInt8(ascii: "E") else { return false }
        let isNegative = Self.takeSign(&rest)
        let isNumber = !rest.isEmpty && rest.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isNumber else { return false }
        // Beyond a hundred every amount but zero is too large, or nothing.
        let exponent = min(Int(String(Substring(rest))) ?? 100, 100)
        power += isNegative ? -exponent : exponent
        return true
    }
}
