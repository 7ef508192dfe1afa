/// Sums of usage over a time, group by group and bucket by bucket.
///
/// Whole hours come from `usage_hours`; what is cut off from an hour at either end, and buckets of a minute, from the
/// lines themselves.
struct UsageSums {
    let dimensions: [UsageDimension]
    let filter: UsageFilter
    /// nil: one bucket, which begins at 0.
    let width: BucketWidth?

    init(_ dimensions: Set<UsageDimension>, filter: UsageFilter, width: BucketWidth? = nil) {
        self.dimensions = UsageDimension.allCases.filter(dimensions.contains)
        self.filter = filter
        self.width = width
    }

    /// By bucket: the whole one, also where the time begins within it.
    typealias Buckets = [Int64: [UsageGroup: UsageHour]]

    func read(_ range: Range<Int64>, from session: any SQLSession) throws -> Buckets {
        var buckets: Buckets = [:]
        let hour = BucketWidth.hour.ms
        let first = (range.lowerBound + hour - 1) / hour * hour
        let last = range.upperBound / hour * hour
        guard width != .minute, first < last else {
            try add(lines: range, to: &buckets, session)
            return buckets
        }
        try add("usage_hours", first..<last, to: &buckets, session)
        for edge in [range.lowerBound..<first, last..<range.upperBound] where !edge.isEmpty {
            try add(lines: edge, to: &buckets, session)
        }
        return buckets
    }

    /// Lines of usage with the columns of `usage_hours`; `hour_ms` is the moment of their end.
    static let lines = """
        SELECT tenant, ended_ms AS hour_ms, model, tier, COALESCE(key_id, '') AS key_id, pool,
            COALESCE(price_version, 0) AS price_version, CASE WHEN segment = 0 THEN 1 ELSE 0 END AS requests,
            prompt_tokens, cached_tokens, output_tokens, unsent_tokens, replayed_tokens,
            charge / 1000000000 AS charge_high, charge % 1000000000 AS charge_low
        FROM usage_lines
        """
    private static let sums = [
        "requests", "prompt_tokens", "cached_tokens", "output_tokens", "unsent_tokens", "replayed_tokens",
        "charge_high", "charge_low",
    ].map { "CAST(SUM(\($0)) AS BIGINT)" }.joined(separator: ", ")

    private func add(lines range: Range<Int64>, to buckets: inout Buckets, _ session: any SQLSession) throws {
        try add("(\(Self.lines)) AS lines", range, to: &buckets, session)
    }

    private func add(
        _ table: String, _ range: Range<Int64>, to buckets: inout Buckets, _ session: any SQLSession
    ) throws {
        let bucket = width.map { "hour_ms - hour_ms % \($0.ms)" } ?? "CAST(0 AS BIGINT)"
        let (conditions, arguments) = filter.sql(from: 3)
        let grouped = (["1"] + dimensions.indices.map { "\($0 + 2)" }).joined(separator: ", ")
        let query = """
            SELECT \(([bucket] + dimensions.map(\.sql)).joined(separator: ", ")), \(Self.sums) FROM \(table)
            WHERE hour_ms >= $1 AND hour_ms < $2\(conditions) GROUP BY \(grouped)
            """
        try session.forEach(query, [.integer(range.lowerBound), .integer(range.upperBound)] + arguments) { row in
            let group = try UsageGroup(row: row, from: 1, dimensions)
            let sums = Array(row.values[(1 + dimensions.count)...])
            // `UsageHour` reads its numbers behind the seven columns of its key.
            let hour = try UsageHour(row: SQLRow(Array(repeating: .null, count: 7) + sums))
            buckets[try row.integer(0), default: [:]][group, default: UsageHour()].add(hour)
        }
    }
}
