/// A part of a whole as a rational number from 0 to 1, in lowest terms: equal shares are equal values.
package struct Share: Sendable, Hashable {
    /// From 0 to `denominator`.
    package let numerator: Int64
    /// At least 1.
    package let denominator: Int64

    package static let all = Share(reduced: 1, 1)
    package static let none = Share(reduced: 0, 1)

    /// Nil unless 0 <= numerator <= denominator and 1 <= denominator.
    package init?(numerator: Int64, denominator: Int64) {
        guard denominator > 0, (0...denominator).contains(numerator) else { return nil }
        let common = greatestCommonDivisor(numerator, denominator)
        self.init(reduced: numerator / common, denominator / common)
    }

    private init(reduced numerator: Int64, _ denominator: Int64) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// What is left of the whole: 1 - self.
    package var complement: Share { Share(reduced: denominator - numerator, denominator) }
}

extension Share: CustomStringConvertible {
    /// A fraction (`4/5`), a percentage (`80%`, at most 10 decimals) or a decimal (`0.8`, at most 12 decimals); nil for
    /// everything else and for what is not from 0 to 1.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2 {
            self.init(String(parts[0]), over: String(parts[1]))
        } else if text.utf8.last == UInt8(ascii: "%") {
            self.init(decimal: String(text.unicodeScalars.dropLast()), decimals: 10)
        } else {
            self.init(decimal: text, decimals: 12)
        }
    }

    /// The fraction in lowest terms, which `init(_:)` reads back: `4/5`, `1`, `0`.
    package var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }

    private init?(_ numerator: String, over denominator: String) {
        guard let above = try? PlainDecimal.scaled(numerator, decimals: 0),
            let below = try? PlainDecimal.scaled(denominator, decimals: 0)
        else { return nil }
        self.init(numerator: Int64(above), denominator: Int64(below))
    }

    /// `decimal` in units of which 10^12 are one whole.
    private init?(decimal: String, decimals: Int) {
        guard let value = try? PlainDecimal.scaled(decimal, decimals: decimals),
            let numerator = Int64(exactly: value)
        else { return nil }
        self.init(numerator: numerator, denominator: 1_000_000_000_000)
    }
}

/// Why an amount cannot be split.
package enum ShareError: Error, Sendable, Equatable, CustomStringConvertible {
    case sumIsNotOne([Share])
    /// The common denominator does not fit 128 bits.
    case tooFine([Share])

    package var description: String {
        switch self {
        case .sumIsNotOne(let shares):
            "The shares \(Self.list(shares)) do not sum to 1; change one of them so that nothing is left or lacking."
        case .tooFine(let shares):
            "The shares \(Self.list(shares)) have no common denominator below 2^128; write them with fewer digits."
        }
    }

    private static func list(_ shares: [Share]) -> String {
        shares.isEmpty ? "(none)" : shares.map(\.description).joined(separator: ", ")
    }
}

/// Euclid's algorithm; not both may be 0.
func greatestCommonDivisor<Number: BinaryInteger>(_ left: Number, _ right: Number) -> Number {
    var (larger, smaller) = (left, right)
    while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
    return larger
}
