/// How good predictions were on requests that they had not seen. Counters, so that any window can be told from two
/// readings.
package struct PredictionQuality: Sendable, Equatable {
    package private(set) var samples = 0
    /// Samples at or below the predicted quantile.
    package private(set) var within50 = 0
    package private(set) var within90 = 0
    package private(set) var within99 = 0
    /// Sum of |p50 - measured| / measured, each at most `largestError`.
    package private(set) var errorSum = 0.0

    package static let largestError = 10.0

    package init() {}

    /// Mean of |p50 - measured| / measured.
    package var meanError: Double { samples > 0 ? errorSum / Double(samples) : 0 }

    package var coverage: (p50: Double, p90: Double, p99: Double) {
        let count = Double(max(samples, 1))
        return (Double(within50) / count, Double(within90) / count, Double(within99) / count)
    }

    /// What was measured after `earlier` was read.
    package func since(_ earlier: PredictionQuality) -> PredictionQuality {
        var rest = self
        rest.samples -= earlier.samples
        rest.within50 -= earlier.within50
        rest.within90 -= earlier.within90
        rest.within99 -= earlier.within99
        rest.errorSum -= earlier.errorSum
        return rest
    }

    mutating func add(_ measured: Double, predicted: Quantiles) {
        samples += 1
        if measured <= predicted.p50 { within50 += 1 }
        if measured <= predicted.p90 { within90 += 1 }
        if measured <= predicted.p99 { within99 += 1 }
        errorSum += min(abs(predicted.p50 - measured) / measured, Self.largestError)
    }
}
