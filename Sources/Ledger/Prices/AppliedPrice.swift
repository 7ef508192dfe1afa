/// The prices at which a request is charged, fixed when it is admitted, and the version that they come from.
package struct AppliedPrice: Sendable, Hashable {
    /// `PriceVersion.number`.
    package let version: Int64
    package let prices: TokenPrices

    package init(version: Int64, prices: TokenPrices) {
        self.version = version
        self.prices = prices
    }

    /// The exact charge. `cachedTokens` is the subset of `promptTokens` that was found in the cache.
    ///
    /// Counts come from workers, so they are bounded here: a negative one counts as 0, and no more tokens are cached
    /// than the prompt has. No counts overflow: two prices of at most 1 USD times 2^63 tokens are below 2^105 pico-USD.
    package func charge(promptTokens: Int, cachedTokens: Int, outputTokens: Int) -> PicoUSD {
        let prompt = max(0, promptTokens)
        let cached = min(max(0, cachedTokens), prompt)
        return prices.input * (prompt - cached) + prices.cachedInput * cached + prices.output * max(0, outputTokens)
    }

    /// The most that a request can cost, whatever part of its prompt turns out to be cached: what admission reserves.
    package func maximumCharge(promptTokens: Int, maximumOutputTokens: Int) -> PicoUSD {
        max(prices.input, prices.cachedInput) * max(0, promptTokens) + prices.output * max(0, maximumOutputTokens)
    }
}
