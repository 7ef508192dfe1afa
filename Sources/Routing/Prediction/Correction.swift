import Glibc

/// By how much one worker is slower than its kind: a factor that follows the logarithm of measured over predicted.
///
/// A one-dimensional Kalman filter: noisy measurements move it less than sure ones. The drift that it expects is
/// itself learned from how one-sided the latest errors are (after D. W. Trigg, A. G. Leach, Exponential smoothing with
/// an adaptive response rate, 1967), not counting the very latest, so that a single outlier moves little and a lasting
/// change is followed within tens of samples.
struct Correction: Sendable {
    /// By which the kind's times are multiplied.
    private(set) var factor = 1.0
    /// The factor's logarithm, and its variance.
    private(set) var level = 0.0
    private var variance = 0.04
    /// Means of the latest errors, in units of their expected size, and of their magnitudes.
    private var error = 0.0
    private var magnitude = 0.0

    private static let smoothing = 0.15
    /// Standard deviation of the drift from one sample to the next in quiet times.
    private static let drift = 0.003
    private static let widest = 1.0
    private static let largest = log(64.0)
    private static let leak = 0.01

    /// - Parameters:
    ///   - residual: logarithm of measured over predicted, the factor included.
    ///   - size: expected magnitude of the residual.
    ///   - trust: in the kind's own model, 0...1.
    ///   - common: mean level of the kind's workers, of which a little is left to the kind's model.
    mutating func learn(_ residual: Double, size: Double, trust: Double, common: Double) {
        let noise = size * size * Double.pi / 2
        variance = min(variance + expectedDrift(size), Self.widest)
        let gain = variance / (variance + noise)
        let believed = max(4 * size, Self.believed)
        let step = gain * trust * min(max(residual, -believed), believed)
        level = min(max(level + step - Self.leak * common, -Self.largest), Self.largest)
        factor = exp(level)
        variance *= 1 - gain
        let score = min(max(residual / size, -Self.largestScore), Self.largestScore)
        error += Self.smoothing * (score - error)
        magnitude += Self.smoothing * (abs(score) - magnitude)
    }

    private static let believed = 1.5
    private static let largestScore = 8.0
    /// One-sidedness that noise alone has often enough.
    private static let chance = 0.6

    /// Variance that a sample's time adds.
    private func expectedDrift(_ size: Double) -> Double {
        let sided = magnitude > 0 ? abs(error) / magnitude : 0
        let lasting = max(sided - Self.chance, 0) / (1 - Self.chance) * error * size
        return Self.drift * Self.drift + lasting * lasting
    }
}
