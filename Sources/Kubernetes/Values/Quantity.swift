package import JSON

/// An amount of a resource, such as `2`, `500m` or `8Gi`, exact to a billionth of the unit (a core, a byte, a device).
///
/// Amounts that fall between two billionths count as the next larger one, and none is beyond 2^63 - 1 units, as the
/// API server has it. Equal amounts are equal however they were written.
package struct Quantity: Sendable, Hashable {
    /// Billionths of the unit.
    package let nanos: Int128

    package static let zero = Quantity(nanos: 0)
    /// The largest amount that can be said.
    package static let maximum = Quantity(nanos: limit)

    private static let perUnit: Int128 = 1_000_000_000
    private static let limit = Int128(Int64.max) * perUnit

    private init(nanos: Int128) { self.nanos = min(max(nanos, -Self.limit), Self.limit) }

    package init(_ units: Int) { self.init(nanos: Int128(units) * Self.perUnit) }

    package init(milli: Int) { self.init(nanos: Int128(milli) * 1_000_000) }

    /// Reads the API's form of an amount; nil for what is none.
    package init?(_ text: String) {
        guard let parsed = QuantityText(text) else { return nil }
        self.init(nanos: parsed.nanos ?? (parsed.isNegative ? -Self.limit : Self.limit))
    }

    /// Reads a string, or a number as people write it into their own resources.
    package init?(_ json: JSON?) {
        switch json {
        case .string(let text): self.init(text)
        case .int(let units): self.init(units)
        case .double(let value): self.init("\(value)")
        default: return nil
        }
    }

    /// Whole units, rounded up.
    package var units: Int { Int(Self.roundedUp(nanos, by: Self.perUnit)) }

    /// Thousandths, rounded up; at most what an `Int` holds.
    package var milli: Int { Int(clamping: Self.roundedUp(nanos, by: 1_000_000)) }

    private static func roundedUp(_ value: Int128, by divisor: Int128) -> Int128 {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest > 0 ? quotient + 1 : quotient
    }
}

extension Quantity: Comparable {
    package static func < (left: Quantity, right: Quantity) -> Bool { left.nanos < right.nanos }

    /// Sums and differences stop at the largest amount.
    package static func + (left: Quantity, right: Quantity) -> Quantity { Quantity(nanos: left.nanos + right.nanos) }

    package static func - (left: Quantity, right: Quantity) -> Quantity { Quantity(nanos: left.nanos - right.nanos) }

    /// The amount `count` times over.
    package func times(_ count: Int) -> Quantity {
        let (product, isTooLarge) = nanos.multipliedReportingOverflow(by: Int128(count))
        if isTooLarge { return (nanos < 0) == (count < 0) ? .maximum : Quantity(nanos: -Self.limit) }
        return Quantity(nanos: product)
    }

    package static func += (left: inout Quantity, right: Quantity) { left = left + right }
}

extension Quantity: CustomStringConvertible {
    /// The amount in the API's form, which reads back as the same.
    package var description: String {
        var (value, suffix) = (nanos, "n")
        for larger in ["u", "m", ""] where value % 1000 == 0 { (value, suffix) = (value / 1000, larger) }
        return "\(value)\(suffix)"
    }
}
