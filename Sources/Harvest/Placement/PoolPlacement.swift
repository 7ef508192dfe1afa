import Ledger

/// Fills a pool's idle accelerators with the models that earn most on them, one worker after the other.
struct PoolPlacement {
    let pool: GPUPool
    /// The longest window first; of equal ones the fullest node, so that room for large models stays.
    private var nodes: [PlacementNode]
    /// Places in `nodes`, by product.
    private let byProduct: [String: [Int]]
    /// Accelerators that the limits still allow.
    private var numAllowed: Int
    private var numLoads: Int
    private var numFetches: Int

    init(_ pool: GPUPool, _ nodes: [PlacementNode], numAllowed: Int, numLoads: Int, numFetches: Int) {
        self.pool = pool
        // Windows that differ by less than a minute are equal.
        let sorted = nodes.map { ($0.windowMs / 60_000, $0) }.sorted {
            ($1.0, $0.1.numAvailable, $0.1.name) < ($0.0, $1.1.numAvailable, $1.1.name)
        }.map(\.1)
        self.nodes = sorted
        byProduct = Dictionary(grouping: sorted.indices) { sorted[$0].product }
        self.numAllowed = numAllowed
        self.numLoads = numLoads
        self.numFetches = numFetches
    }

    private struct Choice {
        let place: Int
        let start: PlannedStart
    }

    /// The next worker to start; nil when none pays or fits.
    ///
    /// - Parameter demand: kept current with what is started.
    mutating func next(_ demand: inout Demand) -> PlannedStart? {
        guard numAllowed > 0, numLoads > 0 else { return nil }
        let allowed = demand.markets.filter { pool.allows(model: $0.model.name) && $0.model.gpus <= numAllowed }
        guard let chosen = warm(allowed, demand) ?? best(allowed, demand) else { return nil }
        take(chosen, &demand)
        return chosen.start
    }

    private mutating func take(_ chosen: Choice, _ demand: inout Demand) {
        nodes[chosen.place].numAvailable -= chosen.start.gpus
        numAllowed -= chosen.start.gpus
        numLoads -= 1
        numFetches -= chosen.start.isFetch ? 1 : 0
        demand.add(chosen.start.model, product: nodes[chosen.place].product)
    }

    private func warm(_ markets: [ModelMarket], _ demand: Demand) -> Choice? {
        for market in markets where demand.lacksWarm(market.model.name) {
            if let found = choice(market, nil) { return found }
        }
        return nil
    }

    private func best(_ markets: [ModelMarket], _ demand: Demand) -> Choice? {
        var best: Choice?
        for market in markets {
            let unmet = demand.unmet(market.model.name)
            guard unmet > 0, let price = market.pricePerToken, let found = choice(market, (unmet, price)),
                let earning = found.start.earning, earning.net > .zero
            else { continue }
            if best?.start.earning.map({ earning.isBetter(than: $0) }) ?? true { best = found }
        }
        return best
    }

    /// The best node for a model: where its weights lie before where they would have to be brought, then what earns
    /// most among the products.
    private func choice(_ market: ModelMarket, _ offer: (unmet: Int, price: PicoUSD)?) -> Choice? {
        let model = market.model
        var (best, isFetch): (Choice?, Bool) = (nil, true)
        for product in byProduct.keys.sorted() {
            let places = (byProduct[product] ?? []).lazy.filter { nodes[$0].holds(model) }
            let loaded = places.first { nodes[$0].hasWeights(model) }
            guard let place = loaded ?? (pool.cache == nil || numFetches <= 0 ? nil : places.first) else { continue }
            let found = Choice(place: place, start: start(market, offer, nodes[place], isFetch: loaded == nil))
            let isBetter = best?.start.earning.map { found.start.earning?.isBetter(than: $0) ?? false } ?? (best == nil)
            if best == nil || (isFetch && loaded != nil) || (isFetch == (loaded == nil) && isBetter) {
                (best, isFetch) = (found, loaded == nil)
            }
        }
        return best
    }

    private func start(
        _ market: ModelMarket, _ offer: (unmet: Int, price: PicoUSD)?, _ node: PlacementNode, isFetch: Bool
    ) -> PlannedStart {
        let earning = offer.map {
            Earning(
                market, price: $0.price, unmet: $0.unmet, product: node.product, windowMs: node.windowMs,
                loadMs: market.loadMs, energy: pool.energy)
        }
        return PlannedStart(
            pool: pool.name, model: market.model.name, node: node.name, gpus: market.model.gpus, earning: earning,
            prediction: node.prediction, weights: WeightsCache.key(market.model), isFetch: isFetch)
    }
}
