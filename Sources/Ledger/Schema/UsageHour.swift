/// Usage of one tenant in one hour, for one model, tier, key, pool and price version: what reports sum up.
package struct UsageHour: Sendable, Hashable {
    package struct Key: Sendable, Hashable {
        package let tenant: String
        package let hourMs: Int64
        package let model: String
        package let tier: ServiceTier
        /// Empty where no key was needed.
        package let keyID: String
        package let pool: String
        /// 0 where the model had no price.
        package let priceVersion: Int64

        init(_ line: UsageLine) {
            tenant = line.tenant
            hourMs = line.endedMs - line.endedMs % 3_600_000
            model = line.model
            tier = line.tier
            keyID = line.keyID ?? ""
            pool = line.segment.pool
            priceVersion = line.priceVersion ?? 0
        }

        init(row: SQLRow) throws(StoreError) {
            tenant = try row.text(0)
            hourMs = try row.integer(1)
            model = try row.text(2)
            tier = try row.name(3, ServiceTier.self)
            keyID = try row.text(4)
            pool = try row.text(5)
            priceVersion = try row.integer(6)
        }
    }

    /// Requests that began here: segments with the number 0.
    package var requests = 0
    package var promptTokens = 0
    package var cachedTokens = 0
    package var outputTokens = 0
    package var unsentTokens = 0
    package var replayedTokens = 0
    package var charge = PicoUSD.zero

    package init() {}

    package mutating func add(_ line: UsageLine) {
        requests += line.segment.index == 0 ? 1 : 0
        promptTokens += line.segment.promptTokens
        cachedTokens += line.segment.cachedTokens
        outputTokens += line.segment.outputTokens
        unsentTokens += line.segment.unsentTokens
        replayedTokens += line.segment.replayedTokens
        charge += line.charge
    }

    package mutating func add(_ other: UsageHour) {
        requests += other.requests
        promptTokens += other.promptTokens
        cachedTokens += other.cachedTokens
        outputTokens += other.outputTokens
        unsentTokens += other.unsentTokens
        replayedTokens += other.replayedTokens
        charge += other.charge
    }
}

extension UsageHour {
    static let columns = """
        tenant, hour_ms, model, tier, key_id, pool, price_version, requests, prompt_tokens, cached_tokens,
        output_tokens, unsent_tokens, replayed_tokens, charge_high, charge_low
        """
    private static let lowUnits: Int128 = 1_000_000_000

    func values(of key: Key) -> [SQLValue] {
        let (high, low) = charge.pico.quotientAndRemainder(dividingBy: Self.lowUnits)
        return [
            .text(key.tenant), .integer(key.hourMs), .text(key.model), .text(key.tier.rawValue), .text(key.keyID),
            .text(key.pool), .integer(key.priceVersion), SQLValue(requests), SQLValue(promptTokens),
            SQLValue(cachedTokens), SQLValue(outputTokens),
            SQLValue(unsentTokens), SQLValue(replayedTokens), .integer(Int64(clamping: high)), .integer(Int64(low)),
        ]
    }

    init(row: SQLRow) throws(StoreError) {
        self.init()
        requests = Int(try row.integer(7))
        promptTokens = Int(try row.integer(8))
        cachedTokens = Int(try row.integer(9))
        outputTokens = Int(try row.integer(10))
        unsentTokens = Int(try row.integer(11))
        replayedTokens = Int(try row.integer(12))
        charge = PicoUSD(pico: Int128(try row.integer(13)) * Self.lowUnits + Int128(try row.integer(14)))
    }
}
