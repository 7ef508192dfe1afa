/// What the status of a model says.
package struct ModelReport: Sendable, Hashable {
    package let name: String
    /// Running or starting, in all pools.
    package let numWorkers: Int
    package let conditions: [Condition]

    /// A model that could not be read.
    package init(name: String, problems: SpecProblems) {
        self.name = name
        numWorkers = 0
        conditions = [Condition("Ready", false, "Refused", "\(problems)")]
    }

    init(_ market: ModelMarket, numWorkers: Int, unmet: Int) {
        name = market.model.name
        self.numWorkers = numWorkers
        conditions = [Self.ready(market, numWorkers, unmet)]
    }

    private static func ready(_ market: ModelMarket, _ numWorkers: Int, _ unmet: Int) -> Condition {
        if numWorkers > 0 {
            let rest = unmet > 0 ? "\(unmet) tokens/s more are asked for" : "they serve all demand"
            return Condition("Ready", true, "Serving", "\(numWorkers) workers; \(rest).")
        }
        if market.pricePerToken == nil {
            return Condition(
                "Ready", false, "NoPrice",
                "The ledger has no price for \(market.model.price); set one, or change spec.price.")
        }
        return market.demandTokensPerSecond > 0
            ? Condition("Ready", false, "NoRoom", "No pool has room for it where it pays; see their status.whyNotMore.")
            : Condition("Ready", false, "NoDemand", "Nobody asks for it.")
    }
}
