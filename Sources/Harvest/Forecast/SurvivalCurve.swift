/// The share of idle spells that last longer than a time.
///
/// Kaplan and Meier's product-limit estimate (1958) over binned durations: spells that were not seen to end count as at
/// risk for half of the bin in which they were last seen (the actuarial form). Between edges it is linear.
package struct SurvivalCurve: Sendable {
    /// survival[i] at edge i.
    private let survival: [Double]
    /// The integral of the curve up to edge i, in milliseconds.
    private let area: [Double]
    package let numSpells: Int
    package let numEnded: Int

    package init(_ counts: SpellCounts) {
        var (alive, atRisk) = (1.0, Double(counts.total))
        var (survival, area) = ([1.0], [0.0])
        for bin in 0..<SpellBins.count {
            let (ended, censored) = (Double(counts.ended[bin]), Double(counts.censored[bin]))
            let exposed = atRisk - censored / 2
            if exposed > 0 { alive *= max(0, 1 - ended / exposed) }
            atRisk -= ended + censored
            let width = SpellBins.edges[bin + 1] - SpellBins.edges[bin]
            area.append(area[bin] + width * (survival[bin] + alive) / 2)
            survival.append(alive)
        }
        self.survival = survival
        self.area = area
        numSpells = counts.total
        numEnded = counts.numEnded
    }

    /// The probability that a spell lasts longer than `ms`.
    package func probability(ms: Int64) -> Double {
        let (bin, share) = place(ms)
        return survival[bin] + (survival[bin + 1] - survival[bin]) * share
    }

    /// How much longer a spell of age `ageMs` lasts on average, looking at most `horizonMs` ahead; nil when no spell has
    /// been seen to become so old.
    package func remaining(ageMs: Int64, horizonMs: Int64) -> Int64? {
        let alive = probability(ms: ageMs)
        guard alive > 1e-9, horizonMs > 0 else { return horizonMs > 0 ? nil : 0 }
        let mean = (integral(ageMs + horizonMs) - integral(ageMs)) / alive
        return Int64(max(0, min(mean, Double(horizonMs))))
    }

    private func place(_ ms: Int64) -> (bin: Int, share: Double) {
        let bin = SpellBins.bin(ms: ms)
        let (from, to) = (SpellBins.edges[bin], SpellBins.edges[bin + 1])
        return (bin, min(1, max(0, (Double(ms) - from) / (to - from))))
    }

    private func integral(_ ms: Int64) -> Double {
        let (bin, share) = place(ms)
        let width = (SpellBins.edges[bin + 1] - SpellBins.edges[bin]) * share
        let end = survival[bin] + (survival[bin + 1] - survival[bin]) * share
        let beyond = max(0, Double(ms) - (SpellBins.edges.last ?? 0)) * (survival.last ?? 0)
        return area[bin] + width * (survival[bin] + end) / 2 + beyond
    }
}
