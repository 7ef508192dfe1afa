/// Work per second over the last `windowMs` of a clock that its owner turns on.
///
/// The window moves by buckets; a window not yet full is measured over what there is of it. Pure and O(1) but for
/// clearing the buckets passed.
package struct WorkRate: Sendable {
    private struct Bucket {
        var work: Int64 = 0
        var gapMs: Int64 = 0
    }

    private static let buckets = 30
    private let bucketMs: Int64
    private var ring = Array(repeating: Bucket(), count: buckets)
    private var clockMs: Int64 = 0
    private var lastMs: Int64 = 0
    private var hasWork = false

    /// - Parameter windowMs: rounded down to whole buckets, a thirtieth of it each, at least a millisecond.
    package init(windowMs: Int64 = 30_000) { bucketMs = max(1, windowMs / Int64(Self.buckets)) }

    /// Turns the clock on; a step back is no step.
    package mutating func advance(byMs stepMs: Int64) {
        guard stepMs > 0 else { return }
        let from = clockMs / bucketMs
        clockMs = min(clockMs, Int64.max / 2) + min(stepMs, Int64.max / 2)
        let passed = min(clockMs / bucketMs - from, Int64(Self.buckets))
        for step in 0..<passed { ring[place(clockMs / bucketMs - step)] = Bucket() }
    }

    /// Counts work done now.
    package mutating func add(_ work: Int64) {
        let here = place(clockMs / bucketMs)
        let (sum, overflow) = ring[here].work.addingReportingOverflow(max(0, work))
        ring[here].work = overflow ? Int64.max : sum
        ring[here].gapMs = max(ring[here].gapMs, clockMs - lastMs)
        lastMs = clockMs
        hasWork = true
    }

    /// How much of the window has been seen.
    package var seenMs: Int64 { min(clockMs, Int64(Self.buckets - 1) * bucketMs + clockMs % bucketMs) }
    package var work: Double { ring.reduce(0) { $0 + Double($1.work) } }
    /// Work per second; nil before a first bucket has passed and any work was counted.
    package var perSecond: Double? { hasWork && clockMs >= bucketMs ? work * 1_000 / Double(seenMs) : nil }
    /// How long ago work was counted last, or the clock began.
    package var sinceWorkMs: Int64 { clockMs - lastMs }
    /// The longest time without any work in the window, the one that lasts included.
    package var longestGapMs: Int64 { ring.reduce(sinceWorkMs) { max($0, $1.gapMs) } }

    private func place(_ bucket: Int64) -> Int { Int(bucket % Int64(Self.buckets)) }
}
