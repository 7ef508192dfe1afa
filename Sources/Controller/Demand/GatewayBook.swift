package import Harvest
package import Ledger

/// The last words of all gateways, added up. Pure; times are of a clock that never goes back, in milliseconds.
package struct GatewayBook: Sendable {
    private struct Heard: Sendable {
        let word: GatewayWord
        let atMs: Int64
    }

    /// By address.
    private var heard: [String: Heard] = [:]

    /// A gateway that has said nothing for so long is not counted any more.
    package static let memoryMs: Int64 = 30_000
    /// More gateways are not listened to.
    package static let mostGateways = 64
    /// What waits is to be served within so many seconds, beside what goes on coming.
    static let drainSeconds = 10.0

    package init() {}

    package mutating func hear(_ word: GatewayWord, from address: String, atMs: Int64) {
        guard heard[address] != nil || heard.count < Self.mostGateways else { return }
        heard[address] = Heard(word: word, atMs: atMs)
    }

    package mutating func expire(nowMs: Int64) { heard = heard.filter { nowMs - $0.value.atMs <= Self.memoryMs } }

    package var isSilent: Bool { heard.isEmpty }

    /// One of each gateway: one that has several addresses is counted once.
    private var latest: [Heard] {
        var latest: [String: Heard] = [:]
        for (_, heard) in heard.sorted(by: { $0.key < $1.key })
        where heard.atMs > latest[heard.word.gateway]?.atMs ?? .min {
            latest[heard.word.gateway] = heard
        }
        return latest.values.sorted { $0.word.gateway < $1.word.gateway }
    }

    private var words: [GatewayWord] { latest.map(\.word) }

    // MARK: Models

    /// What all of them say of a model; nil when none knows it.
    package func model(_ name: String) -> GatewayWord.Model? {
        let models = words.compactMap { $0.models[name] }
        guard !models.isEmpty else { return nil }
        return models.reduce(into: GatewayWord.Model()) { sum, model in
            sum.numWaiting += model.numWaiting
            sum.waitingTokens += model.waitingTokens
            sum.refusedTokensPerSecond += model.refusedTokensPerSecond
            sum.servedTokensPerSecond += model.servedTokensPerSecond
            sum.promptTokensPerSecond += model.promptTokensPerSecond
            // They read one ledger.
            sum.prices = sum.prices ?? model.prices
        }
    }

    /// What a model is worth now.
    ///
    /// - Parameter standardPrice: of a token whose price no gateway knows.
    package func market(_ model: ServedModel, standardPrice: PicoUSD?) -> ModelMarket {
        let known = self.model(model.name)
        let prices = (model.price == model.name ? nil : self.model(model.price)?.prices) ?? known?.prices
        return ModelMarket(
            model, pricePerToken: prices.map { known?.pricePerToken($0) ?? $0.output } ?? standardPrice,
            demandTokensPerSecond: known?.demandTokensPerSecond ?? 0)
    }

    /// What a token of a model brings; nil when no gateway knows a price.
    package func pricePerToken(_ name: String) -> PicoUSD? {
        model(name).flatMap { model in model.prices.map(model.pricePerToken) }
    }

    // MARK: Workers

    /// What all of them say of each worker: of what only they know the sum, of what the worker says itself the most.
    package var workers: [WorkerKey: GatewayWord.Worker] {
        words.reduce(into: [:]) { sums, word in
            for worker in word.workers {
                var sum = sums[worker.key] ?? GatewayWord.Worker(key: worker.key)
                sum.numStreams += worker.numStreams
                sum.numLiveTokens += worker.numLiveTokens
                sum.numCachedTokens = max(sum.numCachedTokens, worker.numCachedTokens)
                sum.tokensPerSecond += worker.tokensPerSecond
                sum.isFull = sum.isFull || worker.isFull
                sums[worker.key] = sum
            }
        }
    }

    /// What became of those that went lately.
    package var departures: DepartedWorkers {
        latest.reduce(into: DepartedWorkers()) { sums, heard in
            for departure in Self.lastOfEach(heard.word.departures) { sums.add(departure, saidMs: heard.atMs) }
        }
    }

    /// One that came back under its name and went again has the latest told.
    private static func lastOfEach(_ departures: [GatewayWord.Departure]) -> some Sequence<GatewayWord.Departure> {
        Dictionary(departures.map { ($0.key, $0) }) { first, second in first.age < second.age ? first : second }.values
    }
}

extension GatewayWord.Model {
    /// Tokens a second that would be generated if nobody had to wait: what is served, what was turned away, and what
    /// waits.
    var demandTokensPerSecond: Int {
        let demand = servedTokensPerSecond + refusedTokensPerSecond + waitingTokens / GatewayBook.drainSeconds
        return Int(min(demand.rounded(.up), 1e9))
    }

    /// What a generated token brings, with the prompt tokens that come with it now.
    func pricePerToken(_ prices: TokenPrices) -> PicoUSD {
        // In thousandths, for slow models.
        ModelMarket.price(
            prices, promptTokens: Int(promptTokensPerSecond * 1000), tokens: Int(servedTokensPerSecond * 1000))
    }
}
