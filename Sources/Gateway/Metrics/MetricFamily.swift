/// A metric with all its series, one for each set of labels.
struct MetricFamily {
    let name: String
    let kind: MetricKind
    let help: String?
    let buckets: [Double]
    private(set) var series: [MetricLabels: any MetricSeries] = [:]

    init(name: String, kind: MetricKind, description: MetricDescription?) {
        self.name = name
        self.kind = kind
        help = description?.help
        let buckets = description?.buckets ?? []
        self.buckets = buckets.isEmpty ? MetricDescription.defaultBuckets : buckets
    }

    /// The series with these labels; made by `make` when there is none of that type.
    mutating func series<Series: MetricSeries>(_ labels: MetricLabels, make: ([Double]) -> Series) -> Series {
        if let known = series[labels] as? Series { return known }
        let new = make(buckets)
        series[labels] = new
        return new
    }

    mutating func remove(_ old: AnyObject) {
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
