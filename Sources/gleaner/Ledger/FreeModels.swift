import Gateway
import Ledger
import Logging

/// Models that nobody pays for, because nobody has set a price: most likely forgotten, or misspelled in the price.
enum FreeModels {
    /// - Parameter models: by the names under which they are served.
    /// - Returns: those without a price now, each once and in order. A tier without one costs what 'default' costs.
    static func among(_ models: some Sequence<String>, _ prices: PriceBook, nowMs: Int64) -> [String] {
        Set(models).filter { prices.version(model: $0, tier: .standard, atMs: nowMs) == nil }.sorted()
    }

    /// Warns of models that strangers would get for nothing.
    static func warn(
        of models: [String], _ ledger: Ledger, _ configuration: GatewayConfiguration, _ log: Logger
    ) async throws {
        guard !configuration.isLoopback else { return }
        let prices = try await ledger.directory().prices
        for name in among(models, prices, nowMs: WallClock.nowMs()) { log.warning("\(warning(name))") }
    }

    /// What to say of one of them.
    static func warning(_ model: String) -> String {
        "'\(Cell.text(model).text)' has no price and is free: 'gleaner prices set' gives it one."
    }
}

extension Ledger {
    /// Free models among those that have a price in another tier or at another time, or were used this month.
    func freeModels(_ directory: Directory, nowMs: Int64) async throws -> [String] {
        let used = try await usage(month: CalendarMonth(containingMs: nowMs), by: [.model]).compactMap(\.group.model)
        return FreeModels.among(directory.priceVersions.map(\.model) + used, directory.prices, nowMs: nowMs)
    }
}
