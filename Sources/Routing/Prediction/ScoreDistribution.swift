import Glibc

/// The distribution of residuals, as scores in units of their expected size, and the scores that cover given shares
/// of what comes next.
///
/// A histogram in which older scores fade gives the quantiles; the level at which it is read is moved after each
/// score by whether that score was covered, so that the covered share stays right when the distribution drifts faster
/// than the histogram forgets (I. Gibbs, E. Candès, Adaptive conformal inference under distribution shift, 2021).
struct ScoreDistribution: Sendable {
    /// Nominal coverages.
    static let levels = SIMD4<Double>(0.5, 0.9, 0.99, 0.99)

    /// The scores that cover `levels`.
    private(set) var quantiles = SIMD4<Double>()
    private var bins: [Double]
    private var total: Double
    /// What a new score weighs; grows instead of the old ones shrinking.
    private var unit = 1.0
    private var adjusted = levels

    private static let range = 8.0
    private static let binCount = 160
    private static let forgetting = 0.999
    /// Small beside what a score moves in the histogram: times are known seconds after they were promised, and a level
    /// that moves much in the meantime swings, covers too little at its bounds, and promises too much in between.
    private static let step = SIMD4<Double>(0.002, 0.0005, 0.0001, 0)
    /// Scores that the prior counts for.
    private static let priorWeight = 20.0

    /// Starts from a normal distribution about zero whose mean magnitude is one.
    init() {
        bins = (0..<Self.binCount).map { bin in
            let score = Self.lowerEdge(of: bin) + Self.range / Double(Self.binCount)
            return exp(-score * score / Double.pi)
        }
        let sum = bins.reduce(0, +)
        bins = bins.map { $0 / sum * Self.priorWeight }
        total = Self.priorWeight
        readQuantiles()
    }

    /// - Parameter missed: for each level 1 if the time was longer than was promised; nil: nothing was.
    mutating func add(_ score: Double, missed promised: SIMD4<Double>?) {
        let score = min(max(score, -Self.range), Self.range)
        for level in 0..<3 {
            let missed = promised?[level] ?? (score > quantiles[level] ? 1 : 0)
            let moved = adjusted[level] + Self.step[level] * (missed - (1 - Self.levels[level]))
            let slack = (1 - Self.levels[level]) * 0.9
            adjusted[level] = min(max(moved, Self.levels[level] - 0.2), Self.levels[level] + slack)
        }
        let bin = Int((score + Self.range) / (2 * Self.range) * Double(Self.binCount))
        bins[min(bin, Self.binCount - 1)] += unit
        total += unit
        fade()
        readQuantiles()
    }

    private mutating func fade() {
        unit /= Self.forgetting
        guard unit > 1e6 else { return }
        for bin in bins.indices { bins[bin] /= unit }
        total /= unit
        unit = 1
    }

    private mutating func readQuantiles() {
        var level = 0
        var below = 0.0
        for bin in bins.indices {
            while level < 3, below + bins[bin] >= adjusted[level] * total {
                let part = bins[bin] > 0 ? (adjusted[level] * total - below) / bins[bin] : 0
                let score = Self.lowerEdge(of: bin) + max(part, 0) * 2 * Self.range / Double(Self.binCount)
                quantiles[level] = level > 0 ? max(score, quantiles[level - 1]) : score
                level += 1
            }
            below += bins[bin]
        }
        while level < 3 {
            quantiles[level] = Self.range
            level += 1
        }
    }

    private static func lowerEdge(of bin: Int) -> Double { (Double(bin) / Double(binCount) * 2 - 1) * range }
}
