/// The one reader of decimal texts: `-?(0|[1-9][0-9]*)(\.[0-9]+)?` in ASCII, nothing around it.
///
/// Signs, exponents, separators, blanks, other scripts' digits and leading zeros are refused rather than
/// guessed at: what is read here becomes money.
enum PlainDecimal {
    enum Failure: Error, Equatable {
        case malformed
        case tooManyDecimals
        /// Beyond ±`maximumWhole`.
        case tooLarge
    }

    /// The largest value that is read.
    static let maximumWhole: Int128 = 1_000_000_000_000_000
    private static let maximumWholeDigits = 16

    /// The value of `text` times 10^`decimals`, exactly; `decimals` is at most 12, so that every result fits 92 bits.
    static func scaled(_ text: String, decimals: Int) throws(Failure) -> Int128 {
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        let (whole, fraction) = try parts(isNegative ? text.utf8.dropFirst() : text.utf8[...])
        guard fraction.count <= decimals else { throw .tooManyDecimals }
        guard whole.count <= maximumWholeDigits else { throw .tooLarge }
        var value: Int128 = 0
        for digit in whole { value = value * 10 + Int128(digit - UInt8(ascii: "0")) }
        for digit in fraction { value = value * 10 + Int128(digit - UInt8(ascii: "0")) }
        value *= power(of10: decimals - fraction.count)
        guard value <= maximumWhole * power(of10: decimals) else { throw .tooLarge }
        return isNegative ? -value : value
    }

    /// 10^`exponent` for exponents up to 38.
    static func power(of10 exponent: Int) -> Int128 {
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }

    private typealias Digits = Substring.UTF8View

    private static func parts(_ digits: Digits) throws(Failure) -> (whole: Digits, fraction: Digits) {
        let point = digits.firstIndex(of: UInt8(ascii: "."))
        let whole = digits[..<(point ?? digits.endIndex)]
        let fraction = point.map { digits[digits.index(after: $0)...] }
        guard areDigits(whole), fraction.map(areDigits) ?? true else { throw .malformed }
        guard whole.first != UInt8(ascii: "0") || whole.count == 1 else { throw .malformed }
        return (whole, fraction ?? digits[digits.endIndex...])
    }

    private static func areDigits(_ bytes: Digits) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
