/// A metric with all its series, one for each set of labels, and of each what the page says beside its values:
/// a scrape runs beside the engine, on cores that it wants for itself.
struct MetricFamily {
    struct Row {
        let labels: MetricLabels
        let series: any MetricSeries
        /// The beginnings of its lines, up to the values.
        let beginnings: [String]
    }

    let name: String
    let kind: MetricKind
    let buckets: [Double]
    /// The comments above the series.
    let heading: String
    /// Sorted by labels.
    private(set) var rows: [Row] = []
    private var series: [MetricLabels: any MetricSeries] = [:]

    init(name: String, kind: MetricKind, description: MetricDescription?) {
        self.name = name
        self.kind = kind
        heading = PrometheusText.heading(name, kind, help: description?.help)
        let buckets = description?.buckets ?? []
        self.buckets = buckets.isEmpty ? MetricDescription.defaultBuckets : buckets
    }

    /// The series with these labels; made by `make` when there is none of that type.
    mutating func series<Series: MetricSeries>(_ labels: MetricLabels, make: ([Double]) -> Series) -> Series {
        if let known = series[labels] as? Series { return known }
        let new = make(buckets)
        series[labels] = new
        let bounds = kind == .histogram ? buckets : nil
        let row = Row(
            labels: labels, series: new,
            beginnings: PrometheusText.beginnings(name, labels: labels.text, bounds: bounds))
        rows.removeAll { $0.labels == labels }
        rows.insert(row, at: rows.firstIndex { labels < $0.labels } ?? rows.endIndex)
        return new
    }

    mutating func remove(_ old: AnyObject) {
        rows.removeAll { $0.series === old }
        series = series.filter { $0.value !== old }
    }
}

/// The labels of a series as Prometheus writes them, sorted by name, so that one set has one spelling:
/// `model_name="demo",reason="stop"`.
struct MetricLabels: Hashable, Comparable {
    let text: String

    init(_ dimensions: [(String, String)]) {
        text = dimensions.sorted { $0.0 < $1.0 }
            .map { name, value in "\(PrometheusText.labelName(name))=\"\(PrometheusText.escaped(value))\"" }
            .joined(separator: ",")
    }

    static func < (left: MetricLabels, right: MetricLabels) -> Bool { left.text < right.text }
}
