package import Ledger

/// What a worker is doing, as its gateways and its own load events say.
package struct WorkerActivity: Sendable, Hashable {
    package var numStreams: Int
    /// Tokens of prompts and answers of live streams, which another worker computes anew.
    package var numLiveTokens: Int
    /// Tokens in its prefix cache.
    package var numCachedTokens: Int
    package var earningsPerHour: PicoUSD

    package init(
        numStreams: Int = 0, numLiveTokens: Int = 0, numCachedTokens: Int = 0, earningsPerHour: PicoUSD = .zero
    ) {
        self.numStreams = numStreams
        self.numLiveTokens = numLiveTokens
        self.numCachedTokens = numCachedTokens
        self.earningsPerHour = earningsPerHour
    }
}

/// What the loss of a worker costs, in money: the one scale on which streams, caches and earnings compare.
package struct LossPrices: Sendable, Hashable {
    /// For a pause that a client sees.
    package var perStream = PicoUSD(pico: 1_000_000_000)
    /// For a token that is computed a second time: 0.10 USD a million.
    package var perLiveToken = PicoUSD(pico: 100_000)
    /// For a token that the next request would have found: half of them are never asked for again.
    package var perCachedToken = PicoUSD(pico: 50_000)
    /// How long the earnings are missed.
    package var missedMs: Int64 = 600_000

    package init() {}

    /// At least 1, so that no worker is taken for nothing; at most 2^50, so that sums of a whole fleet fit 64 bits.
    package func loss(_ activity: WorkerActivity) -> Int64 {
        let missed = activity.earningsPerHour.pico * Int128(missedMs) / 3_600_000
        let streams = perStream.pico * Int128(max(0, activity.numStreams))
        let live = perLiveToken.pico * Int128(max(0, activity.numLiveTokens))
        let cached = perCachedToken.pico * Int128(max(0, activity.numCachedTokens))
        return Int64(min(max(1, 1 + missed + streams + live + cached), Self.most))
    }

    static let most: Int128 = 1 << 50
}
