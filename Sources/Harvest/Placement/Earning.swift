package import Ledger

/// What one more worker is expected to bring while its accelerators stay idle.
package struct Earning: Sendable, Hashable {
    package let gpus: Int
    /// Generated tokens a second that it would be asked for.
    package let tokensPerSecond: Int
    package let revenue: PicoUSD
    package let energy: PicoUSD
    package let reclaimLoss: PicoUSD
    package let windowMs: Int64
    package let loadMs: Int64

    package var net: PicoUSD { revenue - energy - reclaimLoss }

    /// Whether an accelerator earns more here than there.
    package func isBetter(than other: Earning) -> Bool {
        net.pico * Int128(other.gpus) > other.net.pico * Int128(gpus)
    }

    /// Price × tokens in the window that loading leaves, less energy and what a reclaim loses.
    ///
    /// At most 10¹² pico-USD × 10⁸ tokens/s × 10⁸ s: inside 128 bits.
    ///
    /// - Parameters:
    ///   - unmet: the demand that nobody serves, in tokens a second.
    ///   - loadMs: 0 for a worker that runs already.
    package init(
        _ market: ModelMarket, price: PicoUSD, unmet: Int, product: String, windowMs: Int64, loadMs: Int64,
        energy: EnergyPrice?
    ) {
        let rate = min(market.speed(product: product), max(0, min(unmet, Self.mostTokensPerSecond)))
        let servingMs = max(0, min(windowMs, Self.mostMs) - loadMs)
        gpus = market.model.gpus
        tokensPerSecond = rate
        revenue = PicoUSD(pico: price.pico * Int128(rate) * Int128(servingMs) / 1000)
        self.energy = energy?.cost(gpus: market.model.gpus, ms: min(windowMs, Self.mostMs)) ?? .zero
        // The window ends with a reclaim: what its streams had is computed a second time elsewhere.
        let lost = PicoUSD(pico: price.pico * Int128(rate) * Int128(Self.replayedMs) / 1000)
        reclaimLoss = servingMs > 0 ? lost : .zero
        self.windowMs = windowMs
        self.loadMs = loadMs
    }

    private static let mostTokensPerSecond = 100_000_000
    private static let mostMs: Int64 = 86_400_000
    /// A stream's mean age at a reclaim: half of a mean service time of 16.8 s.
    private static let replayedMs: Int64 = 8_400

    package var explanation: String {
        var text =
            "\(net.rounded(decimals: 4)) USD expected: \(tokensPerSecond) tokens/s for "
            + "\(DurationText.text(ms: max(0, windowMs - loadMs))) bring \(revenue.rounded(decimals: 4))"
        if loadMs > 0 { text += " after \(DurationText.text(ms: loadMs)) of loading" }
        if energy > .zero { text += ", energy costs \(energy.rounded(decimals: 4))" }
        return text + ", a reclaim loses \(reclaimLoss.rounded(decimals: 4))"
    }
}
