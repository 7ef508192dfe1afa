import Glibc

/// What a decision needs of a model: no references, so that reading it costs nothing.
struct TimeEstimator: Sendable {
    var weights = NonNegativeRegression.Row()
    var spread = NonNegativeRegression.Row()
    var noise = NoiseQuantiles()

    func spread(at row: NonNegativeRegression.Row) -> Double { max((spread * row).sum(), Self.narrowest) }

    private static let narrowest = 0.02
}

/// Learns one of a kind's times: its expectation as a sum of physical parts, the relative size of its noise, and the
/// quantiles of that noise.
struct TimeModel: Sendable {
    typealias Row = NonNegativeRegression.Row

    private(set) var estimator: TimeEstimator
    private(set) var quality = PredictionQuality()
    private(set) var samples = 0
    private var expectation: NonNegativeRegression
    private var spread: NonNegativeRegression
    private var scores = ScoreDistribution()

    init(prior: NonNegativeRegression.Prior) {
        expectation = NonNegativeRegression(prior: prior, forgetting: 0.999)
        var narrow = NonNegativeRegression.Prior()
        narrow.mean[0] = 0.2
        narrow.spread = Row(repeating: 0.2)
        spread = NonNegativeRegression(prior: narrow, forgetting: 0.998)
        estimator = TimeEstimator()
        freeze()
    }

    /// A sample of a worker that is `factor` times slower than its kind.
    struct Observation {
        /// Seconds.
        var measured: Double
        /// Of which the expectation is the weighted sum.
        var parts: Row
        /// On which the size of the noise depends.
        var circumstances: Row
        var factor: Double
        var promised: Quantiles?

        /// For each promised quantile 1 if the time exceeds it.
        var missed: SIMD4<Double>? {
            promised.map { promised in
                let limits = SIMD4(promised.p50, promised.p90, promised.p99, .infinity)
                return SIMD4<Double>().replacing(with: 1, where: limits .< measured)
            }
        }
    }

    /// Predicts, compares, learns.
    /// - Returns: logarithm of measured over expected, and the magnitude that was expected of it.
    mutating func learn(_ sample: Observation) -> (residual: Double, size: Double) {
        let base = max(expectation.value(at: sample.parts), Bounds.shortestSeconds)
        let expected = base * sample.factor
        let size = estimator.spread(at: sample.circumstances)
        quality.add(sample.measured, predicted: sample.promised ?? estimator.noise.quantiles(expected, spread: size))
        let residual = log(sample.measured / expected)
        samples += 1
        scores.add(residual / size, missed: sample.missed)
        spread.learn(sample.circumstances, min(abs(residual), 2), weight: 1)
        learnExpectation(sample, base: base, residual: residual, size: size)
        freeze()
        return (residual, size)
    }

    /// In parts of the expectation, so that short and long times weigh the same; what is far off counts less (Huber).
    private mutating func learnExpectation(_ sample: Observation, base: Double, residual: Double, size: Double) {
        let believed = max(2.5 * size, 0.25)
        let weight = min(believed / max(abs(residual), 1e-9), 1)
        let target = exp(min(max(residual, -Self.farthest), Self.farthest))
        expectation.learn(sample.parts / base, target, weight: weight)
    }

    private static let farthest = log(8.0)

    private mutating func freeze() {
        estimator.weights = expectation.weights
        estimator.spread = spread.weights
        estimator.noise = NoiseQuantiles(scores: scores.quantiles)
    }
}
