/// What the users of all models ask for, and what the workers that run or start can serve of it.
struct Demand {
    let markets: [ModelMarket]
    private let byName: [String: ModelMarket]
    private var capacity: [String: Int] = [:]
    private var numWorkers: [String: Int] = [:]

    init(_ markets: [ModelMarket]) {
        self.markets = markets.sorted { $0.model.name < $1.model.name }
        byName = Dictionary(markets.map { ($0.model.name, $0) }) { first, _ in first }
    }

    func report(_ market: ModelMarket) -> ModelReport {
        let name = market.model.name
        return ModelReport(market, numWorkers: numWorkers[name] ?? 0, unmet: unmet(name))
    }

    func market(_ model: String) -> ModelMarket? { byName[model] }

    mutating func add(_ model: String, product: String) { count(model, product, 1) }
    mutating func remove(_ model: String, product: String) { count(model, product, -1) }

    private mutating func count(_ model: String, _ product: String, _ sign: Int) {
        let speed = byName[model].map { min($0.speed(product: product), 1 << 32) } ?? 0
        capacity[model, default: 0] += sign * speed
        numWorkers[model, default: 0] += sign
    }

    /// Tokens a second that nobody serves.
    func unmet(_ model: String) -> Int {
        max(0, (byName[model]?.demandTokensPerSecond ?? 0) - (capacity[model] ?? 0))
    }

    func lacksWarm(_ model: String) -> Bool { (numWorkers[model] ?? 0) < (byName[model]?.model.minimumWarm ?? 0) }

    /// False only where `isSurplus` is, whatever the product.
    func mayBeSurplus(_ market: ModelMarket) -> Bool {
        let slowest = market.measuredSpeeds.values.min() ?? .max
        let left = (capacity[market.model.name] ?? 0) - max(1, min(slowest, market.model.expected.tokensPerSecond))
        return left >= market.demandTokensPerSecond + market.demandTokensPerSecond / 4
    }

    /// Whether a model could do without one of its workers, by a quarter more than what starts one: between the two
    /// nothing changes, so that nothing flaps.
    func isSurplus(_ model: String, product: String) -> Bool {
        guard let market = byName[model] else { return true }
        guard (numWorkers[model] ?? 0) > market.model.minimumWarm else { return false }
        let left = (capacity[model] ?? 0) - market.speed(product: product)
        return left >= market.demandTokensPerSecond + market.demandTokensPerSecond / 4
    }
}
