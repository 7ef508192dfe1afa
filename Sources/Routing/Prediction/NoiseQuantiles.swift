import Glibc

/// By how much times exceed what is expected of them, in units of their spread: the scores that 50, 90 and 99 of 100
/// stay below.
struct NoiseQuantiles: Sendable {
    var scores = SIMD4<Double>()

    func quantiles(_ expected: Double, spread: Double) -> Quantiles {
        Quantiles(
            p50: expected * exp(scores[0] * spread), p90: expected * exp(scores[1] * spread),
            p99: expected * exp(scores[2] * spread))
    }

    /// A time between the median and, for a share of `tail`, the 90th percentile.
    func time(_ expected: Double, spread: Double, tail: Double) -> Double {
        expected * ((1 - tail) * exp(scores[0] * spread) + tail * exp(scores[1] * spread))
    }

    /// The chance that a time stays within `limit`: as the limit's score is among the scores, without their exponentials.
    func chance(within limit: Double, _ expected: Double, spread: Double) -> Double {
        Quantiles(p50: scores[0], p90: scores[1], p99: scores[2]).chance(within: log(limit / expected) / spread)
    }
}
