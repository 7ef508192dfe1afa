package import Ledger

/// What one model is worth now: its price, what its users ask for, and how fast it has been seen to run.
package struct ModelMarket: Sendable {
    package let model: ServedModel
    /// What a generated token brings, with the prompt tokens that come with it; nil while the ledger has no price.
    package var pricePerToken: PicoUSD?
    /// Generated tokens a second that the gateways' queues ask for.
    package var demandTokensPerSecond: Int
    /// Measured generated tokens a second of a full worker, by the accelerator's product.
    package var measuredSpeeds: [String: Int] = [:]
    package var measuredLoadMs: Int64?

    package init(_ model: ServedModel, pricePerToken: PicoUSD?, demandTokensPerSecond: Int) {
        self.model = model
        self.pricePerToken = pricePerToken
        self.demandTokensPerSecond = max(0, demandTokensPerSecond)
    }

    package func speed(product: String) -> Int {
        max(1, measuredSpeeds[product] ?? model.expected.tokensPerSecond)
    }

    package var loadMs: Int64 { max(0, measuredLoadMs ?? model.expected.loadMs) }

    /// The price of a generated token when each comes with `promptTokens` / `tokens` prompt tokens.
    package static func price(_ prices: TokenPrices, promptTokens: Int, tokens: Int) -> PicoUSD {
        guard tokens > 0, promptTokens > 0 else { return prices.output }
        return prices.output + PicoUSD(pico: prices.input.pico * Int128(promptTokens) / Int128(tokens))
    }
}
