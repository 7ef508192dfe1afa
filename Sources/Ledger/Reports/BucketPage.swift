/// The buckets of one page: each begins at a whole minute, hour or day in UTC, but the first at the query's start, and
/// the last ends with its end.
struct BucketPage: Sendable, Hashable {
    /// Half-open, in Unix milliseconds, without gaps.
    let buckets: [Range<Int64>]
    /// nil on the last page.
    let next: String?

    private static let prefix = "page_"

    /// - Parameters:
    ///   - endMs: nil for now. What is still to come has no buckets.
    ///   - page: nil for the first.
    init(
        startMs: Int64, endMs: Int64?, nowMs: Int64, width: BucketWidth, limit: Int, page: String?
    ) throws(ReportError) {
        let asked = endMs ?? max(nowMs, startMs) + 1
        guard PriceVersion.dates.contains(startMs), PriceVersion.dates.contains(asked), startMs < asked else {
            throw .badRange(startMs: startMs, endMs: asked)
        }
        let present = Self.end(of: nowMs, width)
        let end = endMs.map { min($0, present) } ?? present
        var cursor = try page.map { text throws(ReportError) in try Self.start(of: text, startMs, width) } ?? startMs
        var buckets: [Range<Int64>] = []
        while cursor < end, buckets.count < limit {
            let next = min(Self.end(of: cursor, width), end)
            buckets.append(cursor..<next)
            cursor = next
        }
        self.buckets = buckets
        next = cursor < end ? Self.prefix + String(cursor) : nil
    }

    /// Where the bucket ends that holds a moment.
    private static func end(of ms: Int64, _ width: BucketWidth) -> Int64 { ms - ms % width.ms + width.ms }

    private static func start(of page: String, _ startMs: Int64, _ width: BucketWidth) throws(ReportError) -> Int64 {
        guard page.hasPrefix(prefix), let ms = Int64(page.dropFirst(prefix.count)), ms > startMs,
            PriceVersion.dates.contains(ms), ms.isMultiple(of: width.ms)
        else { throw .badPage(page) }
        return ms
    }

    /// All of the page, from its first bucket to its last.
    var range: Range<Int64>? {
        guard let first = buckets.first, let last = buckets.last else { return nil }
        return first.lowerBound..<last.upperBound
    }
}
