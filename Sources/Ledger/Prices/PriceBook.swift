/// All price versions, for look-up by model, tier and moment.
package struct PriceBook: Sendable {
    private struct Line: Hashable {
        let model: String
        let tier: ServiceTier
    }

    /// Ascending by (validFromMs, number).
    private let lines: [Line: [PriceVersion]]

    /// The versions in any order.
    package init(_ versions: [PriceVersion]) {
        lines = Dictionary(grouping: versions) { Line(model: $0.model, tier: $0.tier) }
            .mapValues { line in line.sorted { ($0.validFromMs, $0.number) < ($1.validFromMs, $1.number) } }
    }

    /// The version that holds at a moment (Unix milliseconds): the one with the latest `validFromMs` that is not after
    /// it, and among equals the one with the highest number. Nil before the first.
    package func version(model: String, tier: ServiceTier, atMs ms: Int64) -> PriceVersion? {
        guard let line = lines[Line(model: model, tier: tier)] else { return nil }
        var (low, high) = (0, line.count)  // line[..<low] hold by then, line[high...] do not yet
        while low < high {
            let middle = (low + high) / 2
            if line[middle].validFromMs <= ms { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? line[low - 1] : nil
    }

    /// Whether a version that was made before a moment takes another's place (nil: that of none) by the time `ms`.
    func hasLater(
        than version: PriceVersion?, model: String, tier: ServiceTier, atMs ms: Int64, createdBeforeMs: Int64
    ) -> Bool {
        guard let last = self.version(model: model, tier: tier, atMs: ms), last.number != version?.number else {
            return false
        }
        return lines[Line(model: model, tier: tier), default: []].contains { other in
            let isLater = version.map { ($0.validFromMs, $0.number) < (other.validFromMs, other.number) } ?? true
            return isLater && other.validFromMs <= ms && other.createdMs < createdBeforeMs
        }
    }

    /// The prices that a request admitted at a moment (Unix milliseconds) is charged at; nil where none are set.
    package func price(model: String, tier: ServiceTier, atMs ms: Int64) -> AppliedPrice? {
        version(model: model, tier: tier, atMs: ms).map { version in
            AppliedPrice(version: version.number, prices: version.prices(atMs: ms))
        }
    }
}
