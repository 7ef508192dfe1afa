import Ledger
import Testing

@Suite struct CostReportTests {
    @Test(arguments: StoreKind.available) func costsMatchTheLines(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind, credit: "5") { test, ledger in
            let startMs = test.clock.nowMs - 1_000_000
            _ = try await RandomDay.run(seed: 21, stepMs: 10_000_000, test, ledger)
            let lines = try await ledger.allLines().map(\.line)
            for groupBy in [[], [.project], [.lineItem], [.project, .lineItem]] as [Set<CostDimension>] {
                var query = CostQuery(startMs: startMs)
                query.groupBy = groupBy
                query.limit = 2
                var days = 0
                repeat {
                    let page = try await ledger.costs(query)
                    for day in page.buckets { try Self.check(day, lines, groupBy) }
                    days += page.buckets.count
                    query.page = page.nextPage
                } while query.page != nil
                #expect(days > 2)
            }
        }
    }

    private static func check(_ day: CostBucket, _ lines: [UsageLine], _ groupBy: Set<CostDimension>) throws {
        let lines = lines.filter { (day.startMs..<day.endMs).contains($0.endedMs) }
        let total = lines.reduce(PicoUSD.zero) { $0 + $1.charge }
        #expect(day.results.reduce(.zero) { $0 + $1.amount } == total)
        for result in day.results {
            #expect((result.tenant != nil) == groupBy.contains(.project))
            #expect((result.lineItem != nil) == groupBy.contains(.lineItem))
        }
        for tenant in Set(lines.map(\.tenant)) where groupBy.contains(.project) {
            let amounts = day.results.filter { $0.tenant == tenant }.map(\.amount)
            #expect(amounts.reduce(.zero, +) == lines.reduce(.zero) { $0 + ($1.tenant == tenant ? $1.charge : .zero) })
        }
    }

    /// Each kind of tokens at its own price, and what was not paid for is output.
    @Test(arguments: StoreKind.available) func everyKindHasItsPrice(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            var query = CostQuery(startMs: test.clock.nowMs)
            query.groupBy = [.lineItem]
            for (number, output) in [10, 10, 0].enumerated() {
                _ = try await ledger.admit(.sample(number))
                _ = try await ledger.settle(.sample(number, cached: 40, output: output))
            }
            var items = try await ledger.costs(query).buckets[0].results
            #expect(items.compactMap { $0.lineItem?.description } == ["m, cached input", "m, input", "m, output"])
            // Two requests of 40, 60 and 10 tokens; the third delivered nothing and is free.
            #expect(items.map(\.amount) == [6_000_000, 18_000_000, 12_000_000].map { PicoUSD(pico: $0) })
            // 50 output tokens were reserved, with 100 tokens of input that were not cached.
            _ = try await ledger.admit(.sample(3))
            #expect(try await ledger.settle(.sample(3, output: 51)).charge.pico == 45_000_000)
            items = try await ledger.costs(query).buckets[0].results
            #expect(items.map(\.amount) == [6_000_000, 33_000_000, 42_000_000].map { PicoUSD(pico: $0) })
            await #expect(throws: ReportError.badLimit(181, most: 180)) {
                var query = CostQuery(startMs: 0)
                query.limit = 181
                _ = try await ledger.costs(query)
            }
        }
    }
}
