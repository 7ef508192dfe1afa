extension PicoUSD {
    /// Plain decimal dollars: `12.5`, `-3`, `0.000000000001`.
    ///
    /// Nil for anything else: exponents, blanks, `+`, `1.`, `.5`, leading zeros, more than 12 decimals, or more than
    /// 10¹⁵ USD.
    package init?(decimal: String) {
        guard let pico = try? PlainDecimal.scaled(decimal, decimals: Self.maximumDecimals) else { return nil }
        self.init(pico: pico)
    }

    /// The amount with exactly `decimals` decimals (0...12) for a table, rounded half away from zero.
    ///
    /// Only for people: what is rounded here is never read back.
    package func rounded(decimals: Int) -> String {
        precondition((0...Self.maximumDecimals).contains(decimals), "an amount has 0 to 12 decimals, not \(decimals)")
        let unit = PlainDecimal.power(of10: Self.maximumDecimals - decimals).magnitude
        let (units, rest) = pico.magnitude.quotientAndRemainder(dividingBy: unit)
        let nearest = rest >= unit - rest ? units + 1 : units
        let (dollars, fraction) = nearest.quotientAndRemainder(
            dividingBy: PlainDecimal.power(of10: decimals).magnitude)
        let sign = pico < 0 && nearest > 0 ? "-" : ""
        return decimals == 0 ? "\(sign)\(dollars)" : "\(sign)\(dollars).\(Self.digits(fraction, count: decimals))"
    }

    fileprivate static func digits(_ fraction: UInt128, count: Int) -> String {
        let digits = String(fraction)
        return String(repeating: "0", count: count - digits.count) + digits
    }
}

extension PicoUSD: CustomStringConvertible {
    /// The canonical plain decimal dollars, which `init(decimal:)` reads back: `12.5`, `0`, `-0.000001`.
    package var description: String {
        let (dollars, fraction) = pico.magnitude.quotientAndRemainder(dividingBy: Self.picoPerUSD.magnitude)
        let sign = pico < 0 ? "-" : ""
        guard fraction > 0 else { return "\(sign)\(dollars)" }
        var digits = Self.digits(fraction, count: Self.maximumDecimals)
        while digits.last == "0" { digits.removeLast() }
        return "\(sign)\(dollars).\(digits)"
    }
}
