import Ledger

extension RandomNumberGenerator {
    /// An amount of any sign and any size up to 2^`bits`: every number of digits is as likely as another.
    mutating func amount(bits: Int) -> Int128 {
        let magnitude = Int128(UInt128.random(in: 0...UInt128.max, using: &self) >> UInt128(128 - bits))
        return (magnitude >> Int128(Int.random(in: 0..<bits, using: &self))) * (Bool.random(using: &self) ? 1 : -1)
    }

    /// A valid price of one token; the bounds are drawn often.
    mutating func price() -> PicoUSD {
        switch Int.random(in: 0..<8, using: &self) {
        case 0: .zero
        case 1: TokenPrices.maximum
        case 2: PicoUSD(pico: 1)
        default: PicoUSD(pico: Int128.random(in: 0...1_000_000_000_000, using: &self))
        }
    }
}
