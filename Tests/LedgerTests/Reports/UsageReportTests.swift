import Ledger
import TestSupport
import Testing

/// What SQL sums up is what the lines say, for random questions on both databases.
@Suite struct UsageReportTests {
    @Test(arguments: StoreKind.available) func randomQueriesMatchTheLines(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind, credit: "5") { test, ledger in
            let firstMs = test.clock.nowMs
            _ = try await RandomDay.run(seed: 11, test, ledger)
            let lines = try await ledger.allLines().map(\.line)
            var generator = SeededGenerator(seed: 12)
            for _ in 0..<40 {
                var query = Self.randomQuery(from: firstMs, to: test.clock.nowMs, &generator)
                let lines = lines.filter { Self.isAsked($0, query) }
                var found = UsageHour()
                repeat {
                    let page = try await ledger.usage(query)
                    for bucket in page.buckets { found.add(try Self.check(bucket, lines, query)) }
                    query.page = page.nextPage
                } while query.page != nil
                #expect(found == Self.sum(lines), "\(query)")
            }
        }
    }

    /// Checks every result of the bucket and returns their sum.
    private static func check(_ bucket: UsageBucket, _ lines: [UsageLine], _ query: UsageQuery) throws -> UsageHour {
        let lines = lines.filter { (bucket.startMs..<bucket.endMs).contains($0.endedMs) }
        for result in bucket.results {
            #expect(result.group.dimensions == query.groupBy)
            #expect(result.usage == sum(lines.filter { result.group.matches($0, query.groupBy) }))
        }
        #expect(Set(bucket.results.map(\.group)).count == bucket.results.count)
        return bucket.results.reduce(into: UsageHour()) { $0.add($1.usage) }
    }

    private static func sum(_ lines: [UsageLine]) -> UsageHour { lines.reduce(into: UsageHour()) { $0.add($1) } }

    private static func isAsked(_ line: UsageLine, _ query: UsageQuery) -> Bool {
        line.endedMs >= query.startMs && line.endedMs < query.endMs ?? .max
            && query.tenants?.contains(line.tenant) ?? true && query.models?.contains(line.model) ?? true
            && (query.isBatch ?? (line.tier == .batch)) == (line.tier == .batch)
    }

    private static func randomQuery(
        from firstMs: Int64, to lastMs: Int64, _ generator: inout SeededGenerator
    ) -> UsageQuery {
        let startMs = Int64.random(in: firstMs - 90_000_000..<lastMs, using: &generator)
        var query = UsageQuery(startMs: startMs)
        if Bool.random(using: &generator) {
            query.endMs = Int64.random(in: startMs + 1..<lastMs + 90_000_000, using: &generator)
        }
        query.width = BucketWidth.allCases.randomElement(using: &generator) ?? .day
        query.limit = query.width == .minute ? 1440 : Int.random(in: 1...9, using: &generator)
        query.groupBy = Set(UsageDimension.allCases.filter { _ in Bool.random(using: &generator) })
        if Bool.random(using: &generator) { query.tenants = ["acme"] }
        if Bool.random(using: &generator) { query.models = ["m", "unpriced"] }
        query.isBatch = [nil, true, false].randomElement(using: &generator) ?? nil
        return query
    }

    /// Buckets are there without usage, begin at whole hours but for the first, and follow each other.
    @Test(arguments: StoreKind.available) func bucketsHaveNoGaps(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            let hour = Int64(3_600_000)
            let startMs = test.clock.nowMs / hour * hour - 10 * hour + 1
            var query = UsageQuery(startMs: startMs, endMs: startMs + 5 * hour)
            query.width = .hour
            query.limit = 4
            let first = try await ledger.usage(query)
            #expect(first.buckets.map(\.startMs) == [startMs] + (1...3).map { startMs - 1 + $0 * hour })
            query.page = first.nextPage
            let second = try await ledger.usage(query)
            #expect(second.buckets.map(\.endMs) == [startMs - 1 + 5 * hour, startMs + 5 * hour])
            #expect(second.nextPage == nil && second.buckets.allSatisfy(\.results.isEmpty))
            // What is still to come has no buckets, and the present one is whole.
            query = UsageQuery(startMs: test.clock.nowMs, endMs: 253_402_300_799_999)
            #expect(
                try await ledger.usage(query).buckets.map(\.endMs) == [(test.clock.nowMs / 86_400_000 + 1) * 86_400_000]
            )
            query = UsageQuery(startMs: test.clock.nowMs + 86_400_000 * 2)
            #expect(try await ledger.usage(query).isEmpty)
        }
    }

    @Test(arguments: StoreKind.available) func wrongQueriesAreRefused(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { _, ledger in
            let wrong: [(ReportError, (inout UsageQuery) -> Void)] = [
                (.badRange(startMs: 5, endMs: 5), { $0.endMs = 5 }),
                (
                    .badRange(startMs: -1, endMs: 9),
                    {
                        $0.startMs = -1
                        $0.endMs = 9
                    }
                ), (.badRange(startMs: 5, endMs: .max), { $0.endMs = .max }),
                (.badLimit(0, most: 31), { $0.limit = 0 }), (.badLimit(32, most: 31), { $0.limit = 32 }),
                (.badPage(""), { $0.page = "" }), (.badPage("page_86400001"), { $0.page = "page_86400001" }),
                (.badPage("page_-86400000"), { $0.page = "page_-86400000" }),
                (.badPage("page_0"), { $0.page = "page_0" }),
                (.tooManyFilters(201, most: 200), { $0.keys = Set((0...200).map(String.init)) }),
            ]
            for (error, change) in wrong {
                var query = UsageQuery(startMs: 5)
                change(&query)
                let sent = query
                await #expect(throws: error) { try await ledger.usage(sent) }
            }
        }
    }

    @Test(arguments: StoreKind.available) func aTenantsMonth(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind, credit: "5") { test, ledger in
            _ = try await RandomDay.run(seed: 13, stepMs: 86_400_000, test, ledger)
            let lines = try await ledger.allLines().map(\.line)
            let months = Set(lines.map { CalendarMonth(containingMs: $0.endedMs) })
            #expect(months.count > 1)
            for month in months {
                let inMonth = lines.filter { CalendarMonth(containingMs: $0.endedMs) == month }
                for tenant in ["acme", "beta"] {
                    let results = try await ledger.usage(
                        tenant: tenant, month: month, by: [.model, .tier, .key, .pool])
                    let total = results.reduce(into: UsageHour()) { $0.add($1.usage) }
                    #expect(total == Self.sum(inMonth.filter { $0.tenant == tenant }))
                }
                let all = try await ledger.usage(month: month)
                #expect(all.map(\.usage) == [Self.sum(inMonth)])
            }
        }
    }
}

extension UsagePage {
    fileprivate var isEmpty: Bool { buckets.isEmpty && nextPage == nil }
}
