/// All price versions, to tell at which of them a request can have been admitted.
struct PriceHistory {
    private let versions: [Int64: PriceVersion]
    private let book: PriceBook

    /// How long a version may have been there without a request having seen it: processes' clocks differ, though by
    /// less than a lease, which relies on them too.
    private static let graceMs = Ledger.leaseMs

    init(_ session: any SQLSession) throws {
        versions = try PriceVersion.all(session)
        book = PriceBook(Array(versions.values))
    }

    /// The version of a request's price; nil where no price was set for it.
    /// - Parameters:
    ///   - number: of the version that the request names.
    ///   - timeMs: when it was admitted.
    /// - Throws: `Discrepancy` when another one held then.
    func version(
        _ number: Int64?, model: String, tier: ServiceTier, atMs timeMs: Int64, _ verification: Verification,
        at place: @autoclosure () -> String
    ) throws -> PriceVersion? {
        let found = number.flatMap { versions[$0] }
        let fits = found.map { $0.model == model && $0.tier == tier && $0.validFromMs <= timeMs } ?? (number == nil)
        let createdMs = timeMs &- Self.graceMs
        if fits, !book.hasLater(than: found, model: model, tier: tier, atMs: timeMs, createdBeforeMs: createdMs) {
            return found
        }
        throw verification.discrepancy(
            place(), "price version",
            expected: "the one of model '\(model)' in tier \(tier.rawValue) that holds at its start",
            found: number.map { "\($0)" } ?? "none")
    }
}
