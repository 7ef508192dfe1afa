import CoreMetrics
import Synchronization

/// One time series: the values of a metric for one set of labels.
///
/// The handlers of swift-metrics are what code records through; the registry reads them with `sample()`.
/// Recording is a few instructions under a lock that is never held for longer, so that neither the engine nor
/// a scrape waits.
protocol MetricSeries: AnyObject, Sendable {
    func sample() -> MetricSample
}

/// The values of a series at one moment.
enum MetricSample: Sendable, Equatable {
    case integer(Int64)
    case number(Double)
    /// - Parameter counts: observations in each bucket (not cumulated), the last for those above all bounds.
    case histogram(counts: [Int64], sum: Double)
}

/// A counter: whole numbers through `Counter`, fractions through `FloatingPointCounter`.
final class CounterSeries: MetricSeries, CounterHandler, FloatingPointCounterHandler {
    private struct State {
        var whole: Int64 = 0
        var fraction: Double = 0
    }

    private let state = Mutex(State())

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        state.withLock { state in
            let (sum, isTooLarge) = state.whole.addingReportingOverflow(amount)
            state.whole = isTooLarge ? .max : sum
        }
    }

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        state.withLock { $0.fraction += amount }
    }

    func reset() { state.withLock { $0 = State() } }

    func sample() -> MetricSample {
        state.withLock { $0.fraction == 0 ? .integer($0.whole) : .number(Double($0.whole) + $0.fraction) }
    }
}

/// A gauge: through `Meter`, or through `Gauge` (a recorder that does not aggregate).
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    private let value = Mutex(0.0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func sample() -> MetricSample { .number(value.withLock { $0 }) }
}

/// A histogram: through `Recorder`, or through `Timer`, whose nanoseconds become seconds.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    private struct State {
        var counts: [Int64]
        var sum: Double = 0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func record(_ value: Int64) { record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func record(_ value: Double) {
        guard !value.isNaN else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    func sample() -> MetricSample {
        state.withLock { .histogram(counts: $0.counts, sum: $0.sum) }
    }
}
