/// What one token costs: each price from 0 to 1 USD, checked when made.
///
/// A cached token may cost more than a fresh one: keeping a cache for a tenant has its price too.
package struct TokenPrices: Sendable, Hashable {
    /// For a prompt token that was computed.
    package let input: PicoUSD
    /// For a prompt token that was found in the prefix cache.
    package let cachedInput: PicoUSD
    /// For a delivered token of the answer.
    package let output: PicoUSD

    /// 1 USD a token: beyond it, a price per million was surely given as one per token.
    package static let maximum = PicoUSD(pico: PicoUSD.picoPerUSD)

    /// - Throws: `PriceError` for a price below 0 or above `maximum`.
    package init(input: PicoUSD, cachedInput: PicoUSD, output: PicoUSD) throws(PriceError) {
        try self.init(input: input, cachedInput: cachedInput, output: output, at: "")
    }

    fileprivate init(
        input: PicoUSD, cachedInput: PicoUSD, output: PicoUSD, at path: String
    ) throws(PriceError) {
        for (name, price) in [("input", input), ("cached_input", cachedInput), ("output", output)] {
            let field = PriceError.join(path, name)
            guard price >= .zero else { throw PriceError(field, .negative("\(price)")) }
            guard price <= Self.maximum else { throw PriceError(field, .tooHigh("\(price)", most: "1")) }
        }
        self.input = input
        self.cachedInput = cachedInput
        self.output = output
    }
}

extension TokenPrices {
    /// Prices as decimal strings in USD for one token, such as `0.00000015`; without `cached`, cached tokens cost as
    /// much as others.
    ///
    /// - Throws: `PriceError` that names the price and what to write instead.
    package static func perToken(
        input: String, cached: String? = nil, output: String
    ) throws(PriceError) -> TokenPrices {
        try parse(input, cached, output, unit: .token, at: "")
    }

    /// Prices as people quote them: decimal strings in USD for a million tokens, such as `0.15`, with at most 6
    /// decimals (one pico-USD a token); without `cached`, cached tokens cost as much as others.
    ///
    /// - Throws: `PriceError` that names the price and what to write instead.
    package static func perMillion(
        input: String, cached: String? = nil, output: String
    ) throws(PriceError) -> TokenPrices {
        try parse(input, cached, output, unit: .million, at: "")
    }

    static func perToken(
        input: String, cached: String, output: String, at path: String
    ) throws(PriceError) -> TokenPrices {
        try parse(input, cached, output, unit: .token, at: path)
    }

    /// For how many tokens a text names the price. A millionth of a USD for a million tokens and 10⁻¹² USD for one are
    /// both one pico-USD a token, so each unit is a number of decimals.
    private enum Unit: Int {
        case token = 12
        case million = 6

        var maximum: String { self == .token ? "1" : "1000000" }
    }

    private static func parse(
        _ input: String, _ cached: String?, _ output: String, unit: Unit, at path: String
    ) throws(PriceError) -> TokenPrices {
        let fresh = try price(input, unit, PriceError.join(path, "input"))
        let cachedInput =
            if let cached { try price(cached, unit, PriceError.join(path, "cached_input")) } else { fresh }
        let out = try price(output, unit, PriceError.join(path, "output"))
        return try TokenPrices(input: fresh, cachedInput: cachedInput, output: out, at: path)
    }

    private static func price(_ text: String, _ unit: Unit, _ field: String) throws(PriceError) -> PicoUSD {
        let price: PicoUSD
        do throws(PlainDecimal.Failure) {
            price = PicoUSD(pico: try PlainDecimal.scaled(text, decimals: unit.rawValue))
        } catch {
            throw PriceError(field, problem(error, text, unit))
        }
        guard price >= .zero else { throw PriceError(field, .negative(text)) }
        guard price <= maximum else { throw PriceError(field, .tooHigh(text, most: unit.maximum)) }
        return price
    }

    private static func problem(_ failure: PlainDecimal.Failure, _ text: String, _ unit: Unit) -> PriceError.Problem {
        switch failure {
        case .malformed: .notDecimal(text)
        case .tooManyDecimals: .tooManyDecimals(text, most: unit.rawValue)
        case .tooLarge: text.utf8.first == UInt8(ascii: "-") ? .negative(text) : .tooHigh(text, most: unit.maximum)
        }
    }
}
