/// The prices of one model in one tier from a moment on, until a later version takes over. Never changed once made:
/// usage keeps its number, so that every charge can be computed again.
package struct PriceVersion: Sendable, Hashable {
    /// From 1, unique among all versions.
    package let number: Int64
    package let model: String
    package let tier: ServiceTier
    /// Unix milliseconds, the first moment at which it holds.
    package let validFromMs: Int64
    package let createdMs: Int64
    /// The prices while no window is open.
    package let base: TokenPrices
    /// The first that is open counts.
    package let windows: [PriceWindow]

    package static let maximumModelBytes = 256
    package static let maximumWindows = 64
    /// 1970-01-01 to 9999-12-31 in Unix milliseconds.
    package static let dates: ClosedRange<Int64> = 0...253_402_300_799_999

    /// - Throws: `PriceError` that names the field out of its range.
    package init(
        number: Int64, model: String, tier: ServiceTier, validFromMs: Int64, createdMs: Int64, base: TokenPrices,
        windows: [PriceWindow] = []
    ) throws(PriceError) {
        guard number >= 1 else { throw PriceError(PriceMember.number, .number(number)) }
        guard Self.isName(model) else { throw PriceError(PriceMember.model, .model(model)) }
        for (name, ms) in [(PriceMember.validFrom, validFromMs), (PriceMember.created, createdMs)] {
            guard Self.dates.contains(ms) else { throw PriceError(name, .date(ms)) }
        }
        guard windows.count <= Self.maximumWindows else {
            throw PriceError(PriceMember.windows, .tooManyWindows(windows.count, most: Self.maximumWindows))
        }
        self.number = number
        self.model = model
        self.tier = tier
        self.validFromMs = validFromMs
        self.createdMs = createdMs
        self.base = base
        self.windows = windows
    }

    /// The prices at a moment (Unix milliseconds): the first open window's, else the base.
    package func prices(atMs ms: Int64) -> TokenPrices {
        windows.first { $0.contains(ms: ms) }?.prices ?? base
    }

    private static func isName(_ model: String) -> Bool {
        (1...maximumModelBytes).contains(model.utf8.count)
            && !model.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
