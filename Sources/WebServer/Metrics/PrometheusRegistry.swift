package import CoreMetrics
import Synchronization

/// All metrics of the process: a backend of swift-metrics that can be read as Prometheus text.
///
/// Metrics of one name and one set of labels share one series, whoever makes them. The lock guards the table
/// only: recording goes to the series, and a scrape formats after it has copied the table, so that `/metrics`
/// never waits for the engine nor the engine for `/metrics`.
package final class PrometheusRegistry: MetricsFactory, Sendable {
    private struct State {
        var families: [String: MetricFamily] = [:]
        var descriptions: [String: MetricDescription] = [:]
    }

    private let state = Mutex(State())

    /// - Parameter descriptions: help and buckets; a metric that is not described gets default buckets.
    package init(descriptions: [MetricDescription] = MetricDescription.vllm + MetricDescription.http) {
        describe(descriptions)
    }

    /// Says what more metrics mean. It holds for those that nobody has made yet.
    package func describe(_ descriptions: [MetricDescription]) {
        state.withLock { state in
            for description in descriptions { state.descriptions[description.name] = description }
        }
    }

    /// Every series in the Prometheus text format, sorted by name.
    package func text() -> String {
        let families = state.withLock { $0.families }
        var text = ""
        text.reserveCapacity(1 << 15)
        for family in families.values.sorted(by: { $0.name < $1.name }) where !family.rows.isEmpty {
            PrometheusText.append(family, to: &text)
        }
        return text
    }

    // MARK: MetricsFactory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions)
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, kind: .gauge) { _ in GaugeSeries() }
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate { return series(label, dimensions, kind: .histogram) { HistogramSeries(bounds: $0) } }
        return series(label, dimensions, kind: .gauge) { _ in GaugeSeries() }
    }

    /// A timer is a histogram in seconds, as its name then says.
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label.hasSuffix("_seconds") ? label : label + "_seconds", dimensions, kind: .histogram) {
            HistogramSeries(bounds: $0)
        }
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    // MARK: The table

    /// Counters end in `_total`, as Prometheus asks.
    private func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterSeries {
        series(label.hasSuffix("_total") ? label : label + "_total", dimensions, kind: .counter) { _ in CounterSeries()
        }
    }

    /// The one series with this name and these labels. A name that already stands for another kind of metric
    /// keeps its first meaning: the new series then counts but is not shown, for a text that has both would
    /// be refused as a whole.
    private func series<Series: MetricSeries>(
        _ label: String, _ dimensions: [(String, String)], kind: MetricKind, make: ([Double]) -> Series
    ) -> Series {
        let name = PrometheusText.metricName(label)
        let labels = MetricLabels(dimensions)
        return state.withLock { state in
            var family =
                state.families[name] ?? MetricFamily(name: name, kind: kind, description: state.descriptions[name])
            guard family.kind == kind else { return make(family.buckets) }
            let series = family.series(labels, make: make)
            state.families[name] = family
            return series
        }
    }

    private func remove(_ handler: AnyObject) {
        state.withLock { state in
            for name in state.families.keys { state.families[name]?.remove(handler) }
        }
    }
}
