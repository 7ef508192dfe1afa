/// When a request is expected to start, and how wrong that may be.
package struct Forecast: Sendable, Equatable {
    package let nowMs: Int64
    package let waitMs: Int64
    /// How much later it may be.
    package let errorMs: Int64

    package var startMs: Int64 { Self.add(nowMs, waitMs) }
    package var latestStartMs: Int64 { Self.add(startMs, errorMs) }

    private static func add(_ first: Int64, _ second: Int64) -> Int64 {
        let (sum, overflow) = first.addingReportingOverflow(second)
        return overflow ? Int64.max : sum
    }
}
