/// What a metric is, apart from its values: the lines above it in the Prometheus text and its buckets.
package struct MetricDescription: Sendable, Equatable {
    package var name: String
    package var help: String
    /// Upper bounds of a histogram's buckets, ascending and without infinity; empty for other kinds.
    package var buckets: [Double]

    package init(_ name: String, help: String, buckets: [Double] = []) {
        self.name = name
        self.help = help
        self.buckets = buckets
    }

    /// The buckets of histograms that nobody has described: 1 ms to 10 min.
    static let defaultBuckets: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600,
    ]
}

/// What a metric's values mean, by Prometheus' names.
enum MetricKind: String, Sendable {
    case counter
    case gauge
    case histogram
}
