/// Least squares with weights that cannot be negative, learned sample by sample.
///
/// Older samples fade by `forgetting`; a prior that does not fade keeps directions without evidence where they were
/// declared, so that neither a standstill nor a lack of variety lets the weights run away. The weights are those of
/// the normal equations under the constraint, found by coordinate descent from the last ones (V. Franc, V. Hlaváč,
/// M. Navara, Sequential coordinate-wise algorithm for the non-negative least squares problem, 2005).
struct NonNegativeRegression: Sendable {
    typealias Row = SIMD8<Double>

    /// Coefficients as they are assumed to be, and how far from that they may well lie.
    struct Prior {
        var mean = Row()
        var spread = Row(repeating: 1)
        /// Mean square of a target's noise.
        var noise = 0.04
    }

    private(set) var weights: Row
    private let mean: Row
    private let precision: Row
    private let forgetting: Double
    /// Sum of the outer products of the rows, and of the rows by their targets.
    private var gram = Array(repeating: Row(), count: Row.scalarCount)
    private var moment = Row()

    init(prior: Prior, forgetting: Double) {
        weights = prior.mean
        mean = prior.mean
        precision = prior.noise / (prior.spread * prior.spread)
        self.forgetting = forgetting
    }

    func value(at row: Row) -> Double { (weights * row).sum() }

    mutating func learn(_ row: Row, _ target: Double, weight: Double) {
        let weighted = row * weight
        for place in gram.indices { gram[place] = gram[place] * forgetting + weighted * row[place] }
        moment = moment * forgetting + weighted * target
        for _ in 0..<Self.sweeps { descend() }
    }

    private static let sweeps = 4

    private mutating func descend() {
        for place in gram.indices {
            let own = gram[place][place] + precision[place]
            let others = (gram[place] * weights).sum() - gram[place][place] * weights[place]
            let pull = moment[place] + precision[place] * mean[place] - others
            weights[place] = max(pull / own, 0)
        }
    }
}
