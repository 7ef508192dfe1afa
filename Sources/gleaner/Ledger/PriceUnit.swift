import ArgumentParser
import Ledger

/// For how many tokens a price is named.
enum PriceUnit: String, CaseIterable, ExpressibleByArgument {
    case token
    case million

    /// - Throws: `PriceError`.
    func prices(input: String, cached: String?, output: String) throws(PriceError) -> TokenPrices {
        switch self {
        case .token: try .perToken(input: input, cached: cached, output: output)
        case .million: try .perMillion(input: input, cached: cached, output: output)
        }
    }

    /// A price of one token in this unit; a million times 1 USD is far from overflow.
    func amount(_ price: PicoUSD) -> PicoUSD { self == .token ? price : price * 1_000_000 }
}
