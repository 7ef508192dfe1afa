/// What OpenAI's `GET /v1/organization/costs` can be grouped by.
package enum CostDimension: String, Sendable, CaseIterable {
    /// The tenant.
    case project = "project_id"
    case lineItem = "line_item"
}

/// What OpenAI's `GET /v1/organization/costs` asks for: its buckets are days.
package struct CostQuery: Sendable, Hashable {
    /// Unix milliseconds, included.
    package var startMs: Int64
    /// Unix milliseconds, not included; nil for now.
    package var endMs: Int64?
    package var groupBy: Set<CostDimension> = []
    /// nil is every tenant.
    package var tenants: Set<String>?
    /// Days of a page.
    package var limit: Int?
    /// `CostPage.nextPage` of the page before.
    package var page: String?

    package init(startMs: Int64, endMs: Int64? = nil) {
        self.startMs = startMs
        self.endMs = endMs
    }

    package static let defaultLimit = 7
    package static let maximumLimit = 180
}

package struct CostPage: Sendable, Hashable {
    package let buckets: [CostBucket]
    /// nil on the last page.
    package let nextPage: String?
}

package struct CostBucket: Sendable, Hashable {
    package let startMs: Int64
    package let endMs: Int64
    package let results: [CostResult]
}

package struct CostResult: Sendable, Hashable {
    /// nil when not grouped by it.
    package let tenant: String?
    /// nil when not grouped by it.
    package let lineItem: LineItem?
    package let amount: PicoUSD
}

/// What is paid for: one kind of token of one model.
package struct LineItem: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        case input
        case cachedInput = "cached input"
        case output
    }

    package let model: String
    package let kind: Kind

    /// As it stands in `line_item`: `llama-3-8b, cached input`.
    package var description: String { "\(model), \(kind.rawValue)" }
}

extension Ledger {
    /// What usage was charged, day by day. Reversals and payments are no costs of a day: statements have them.
    /// - Throws: `ReportError`, `StoreError`.
    package func costs(_ query: CostQuery) async throws -> CostPage {
        let limit = query.limit ?? CostQuery.defaultLimit
        guard (1...CostQuery.maximumLimit).contains(limit) else {
            throw ReportError.badLimit(limit, most: CostQuery.maximumLimit)
        }
        let page = try BucketPage(
            startMs: query.startMs, endMs: query.endMs, nowMs: nowMs(), width: .day, limit: limit, page: query.page)
        let filter = UsageFilter(tenants: query.tenants)
        try filter.check()
        var days: CostSums.Days = [:]
        if let range = page.range {
            let sums = CostSums(query.groupBy, filter: filter)
            days = try await database.read { try sums.read(range, from: $0) }
        }
        let buckets = page.buckets.map { bucket in
            let day = bucket.lowerBound - bucket.lowerBound % BucketWidth.day.ms
            return CostBucket(
                startMs: bucket.lowerBound, endMs: bucket.upperBound, results: CostSums.sorted(days[day] ?? [:]))
        }
        return CostPage(buckets: buckets, nextPage: page.next)
    }
}
