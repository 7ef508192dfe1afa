/// What OpenAI's `GET /v1/organization/usage/completions` asks for.
package struct UsageQuery: Sendable, Hashable {
    /// Unix milliseconds, included.
    package var startMs: Int64
    /// Unix milliseconds, not included; nil for now.
    package var endMs: Int64?
    package var width = BucketWidth.day
    package var groupBy: Set<UsageDimension> = []
    /// nil is every tenant, and so on; an empty set is none.
    package var tenants: Set<String>?
    package var keys: Set<String>?
    package var models: Set<String>?
    /// Only batches, or everything but batches.
    package var isBatch: Bool?
    /// Buckets of a page; nil for the width's default.
    package var limit: Int?
    /// `UsagePage.nextPage` of the page before.
    package var page: String?

    package init(startMs: Int64, endMs: Int64? = nil) {
        self.startMs = startMs
        self.endMs = endMs
    }
}

package struct UsagePage: Sendable, Hashable {
    /// All buckets of the time, also those without usage.
    package let buckets: [UsageBucket]
    /// nil on the last page.
    package let nextPage: String?
}

package struct UsageBucket: Sendable, Hashable {
    package let startMs: Int64
    package let endMs: Int64
    package let results: [UsageResult]
}

extension Ledger {
    /// Usage bucket by bucket.
    /// - Throws: `ReportError`, `StoreError`.
    package func usage(_ query: UsageQuery) async throws -> UsagePage {
        let limit = query.limit ?? query.width.defaultLimit
        guard (1...query.width.maximumLimit).contains(limit) else {
            throw ReportError.badLimit(limit, most: query.width.maximumLimit)
        }
        let page = try BucketPage(
            startMs: query.startMs, endMs: query.endMs, nowMs: nowMs(), width: query.width, limit: limit,
            page: query.page)
        let filter = UsageFilter(
            tenants: query.tenants, keys: query.keys, models: query.models, isBatch: query.isBatch)
        let sums = try await sums(UsageSums(query.groupBy, filter: filter, width: query.width), page.range)
        let buckets = page.buckets.map { bucket in
            let whole = bucket.lowerBound - bucket.lowerBound % query.width.ms
            return UsageBucket(
                startMs: bucket.lowerBound, endMs: bucket.upperBound, results: UsageResult.sorted(sums[whole] ?? [:]))
        }
        return UsagePage(buckets: buckets, nextPage: page.next)
    }

    /// A tenant's usage in a calendar month.
    package func usage(
        tenant: String, month: CalendarMonth, by dimensions: Set<UsageDimension> = []
    ) async throws -> [UsageResult] {
        try await usage(month, by: dimensions, UsageFilter(tenants: [tenant]))
    }

    /// All tenants' usage in a calendar month.
    package func usage(month: CalendarMonth, by dimensions: Set<UsageDimension> = []) async throws -> [UsageResult] {
        try await usage(month, by: dimensions, UsageFilter())
    }

    private func usage(
        _ month: CalendarMonth, by dimensions: Set<UsageDimension>, _ filter: UsageFilter
    ) async throws -> [UsageResult] {
        let range = month.startMs..<month.next.startMs
        return UsageResult.sorted(try await sums(UsageSums(dimensions, filter: filter), range)[0] ?? [:])
    }

    func sums(_ sums: UsageSums, _ range: Range<Int64>?) async throws -> UsageSums.Buckets {
        try sums.filter.check()
        guard let range else { return [:] }
        return try await database.read { try sums.read(range, from: $0) }
    }
}
