/// An exact amount of money: a whole number of pico-USD (10⁻¹² USD), positive, zero or negative.
///
/// Every listed price per million tokens is a whole number of pico-USD a token. 64 bits end at 9.2 million USD,
/// 128 bits at 1.7 × 10²⁶ USD, so that no sum that a ledger can hold overflows.
package struct PicoUSD: Sendable, Hashable {
    package let pico: Int128

    package init(pico: Int128) { self.pico = pico }

    package static let picoPerUSD: Int128 = 1_000_000_000_000
    /// How many decimals of a dollar are exact.
    package static let maximumDecimals = 12
}

extension PicoUSD: Comparable, AdditiveArithmetic {
    package static let zero = PicoUSD(pico: 0)

    package static func < (left: PicoUSD, right: PicoUSD) -> Bool { left.pico < right.pico }

    package static func + (left: PicoUSD, right: PicoUSD) -> PicoUSD { PicoUSD(pico: left.pico + right.pico) }

    package static func - (left: PicoUSD, right: PicoUSD) -> PicoUSD { PicoUSD(pico: left.pico - right.pico) }

    package static prefix func - (amount: PicoUSD) -> PicoUSD { PicoUSD(pico: -amount.pico) }

    /// A price times a number of things. A price of at most 1 USD times any `Int` fits; an amount that would pass
    /// 1.7 × 10²⁶ USD traps.
    package static func * (amount: PicoUSD, count: Int) -> PicoUSD { PicoUSD(pico: amount.pico * Int128(count)) }
}

extension PicoUSD {
    /// The amount in nano-USD, the next whole one above if it is none: what Hugging Face's billing asks for.
    package var nanoRoundedUp: Int128 {
        let (nano, rest) = pico.quotientAndRemainder(dividingBy: 1000)
        return rest > 0 ? nano + 1 : nano
    }
}
