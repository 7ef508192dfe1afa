import Ledger

extension RandomNumberGenerator {
    mutating func tokenPrices() throws -> TokenPrices {
        try TokenPrices(input: price(), cachedInput: price(), output: price())
    }

    /// A window whose minutes are equal, adjacent or at the day's ends more often than chance would have it.
    mutating func window() throws -> PriceWindow {
        let start = minute()
        let end =
            switch Int.random(in: 0..<4, using: &self) {
            case 0: start
            case 1: (start + 1) % 1440
            default: minute()
            }
        let days = (1...7).filter { _ in Bool.random(using: &self) }
        return try PriceWindow(
            startMinute: start, endMinute: end, weekdays: days.isEmpty ? .everyDay : Weekdays(days),
            prices: tokenPrices())
    }

    private mutating func minute() -> Int {
        Bool.random(using: &self)
            ? Int.random(in: 0..<1440, using: &self) : [0, 1, 720, 1439].randomElement(using: &self) ?? 0
    }

    mutating func version(number: Int64, model: String, tier: ServiceTier, validFromMs: Int64) throws -> PriceVersion {
        let windows = try (0..<Int.random(in: 0...4, using: &self)).map { _ in try window() }
        return try PriceVersion(
            number: number, model: model, tier: tier, validFromMs: validFromMs, createdMs: 0, base: tokenPrices(),
            windows: windows)
    }
}
