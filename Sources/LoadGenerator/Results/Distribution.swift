/// A set of measurements in a few numbers.
package struct Distribution: Sendable, Equatable {
    package let count: Int
    package let mean: Double
    package let p50: Double
    package let p90: Double
    package let p99: Double
    package let minimum: Double
    package let maximum: Double

    /// nil for no values.
    ///
    /// - Parameter values: in any order; finite.
    package init?(_ values: some Sequence<Double>) {
        let sorted = values.sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        count = sorted.count
        mean = sorted.reduce(0, +) / Double(sorted.count)
        p50 = Self.percentile(50, ofSorted: sorted)
        p90 = Self.percentile(90, ofSorted: sorted)
        p99 = Self.percentile(99, ofSorted: sorted)
        minimum = first
        maximum = last
    }

    /// The value at `percent` of the way through the sorted values, interpolated linearly between the two
    /// nearest (definition 7 of Hyndman and Fan, "Sample quantiles in statistical packages", 1996: NumPy's and so
    /// vLLM's benchmark's).
    ///
    /// - Parameters:
    ///   - percent: 0 to 100.
    ///   - sorted: ascending, not empty.
    package static func percentile(_ percent: Double, ofSorted sorted: [Double]) -> Double {
        let place = percent / 100 * Double(sorted.count - 1)
        let lower = min(max(Int(place), 0), sorted.count - 1)
        let upper = min(lower + 1, sorted.count - 1)
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (place - Double(lower))
    }
}
