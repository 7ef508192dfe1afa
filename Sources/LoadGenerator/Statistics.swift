/// A set of measurements in a few numbers.
package struct Statistics: Sendable, Equatable {
    package let count: Int
    package let mean: Double
    package let p50: Double
    package let p90: Double
    package let p99: Double
    package let minimum: Double
    package let maximum: Double

    /// nil of no values.
    package init?(_ values: [Double]) {
        let sorted = values.sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        count = sorted.count
        mean = sorted.reduce(0, +) / Double(sorted.count)
        p50 = Self.percentile(0.5, ofSorted: sorted)
        p90 = Self.percentile(0.9, ofSorted: sorted)
        p99 = Self.percentile(0.99, ofSorted: sorted)
        minimum = first
        maximum = last
    }

    /// The value that the share `share` of the values does not exceed, interpolated between neighbours
    /// (Hyndman and Fan 1996, definition 7, which NumPy and R use). `sorted` must not be empty.
    package static func percentile(_ share: Double, ofSorted sorted: [Double]) -> Double {
        let place = share * Double(sorted.count - 1)
        let lower = min(max(Int(place), 0), sorted.count - 1)
        let upper = min(lower + 1, sorted.count - 1)
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (place - Double(lower))
    }
}
