import Glibc

/// By how much one worker is slower than its kind: a factor that follows the logarithm of measured over predicted.
///
/// The pace of following is itself learned: the share of the errors' size that is one-sided (D. W. Trigg, A. G. Leach,
/// Exponential smoothing with an adaptive response rate, 1967), as it was before the latest error, so that a single
/// outlier moves little and a lasting change is followed within tens of samples.
struct Correction: Sendable {
    private(set) var factor = 1.0
    private(set) var samples = 0
    private var logarithm = 0.0
    private var error = 0.0
    private var magnitude = 0.0
    private var pace = slowest

    private static let smoothing = 0.15
    private static let slowest = 0.03
    private static let fastest = 0.5
    private static let largest = log(64.0)

    var level: Double { logarithm }

    /// - Parameters:
    ///   - residual: logarithm of measured over predicted, the factor included.
    ///   - trust: in the kind's own model, 0...1.
    ///   - common: mean level of the kind's workers, of which a little is left to the kind's model.
    mutating func learn(_ residual: Double, limit: Double, trust: Double, common: Double) {
        samples += 1
        let residual = min(max(residual, -limit), limit)
        let next = logarithm + trust * pace * residual - Self.leak * common
        logarithm = min(max(next, -Self.largest), Self.largest)
        factor = exp(logarithm)
        error += Self.smoothing * (residual - error)
        magnitude += Self.smoothing * (abs(residual) - magnitude)
        let sided = magnitude > 0 ? min(abs(error) / magnitude, 1) : 0
        pace = min(max(sided * sided * Self.fastest, Self.slowest), Self.fastest)
    }

    private static let leak = 0.01
}
