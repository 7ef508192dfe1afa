import Ledger
import Testing

@Suite struct OverviewTests {
    @Test(arguments: StoreKind.available)
    func aTenantIsSeenWithWhatIsReservedAndSpent(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            #expect(try await ledger.tenantOverview("nobody") == nil)
            let reservation = try await ledger.admit(.sample(1)).reservation
            let open = try #require(try await ledger.tenantOverview("acme"))
            #expect(open.reserved == reservation.amount && open.numOpen == 1 && open.spent == .zero)
            #expect(open.available == open.balance - reservation.amount)
            let charge = try await ledger.settle(.sample(1, output: 20)).charge
            let settled = try #require(try await ledger.tenantOverview("acme"))
            #expect(settled.spent == charge && settled.balance == open.balance - charge && settled.numOpen == 0)
            #expect(settled.available == settled.balance && settled.reserved == .zero)
            let all = try await ledger.tenantOverviews()
            #expect(all.map(\.tenant.id) == ["acme", "local"] && all.first == settled && all.last?.available == nil)

            test.clock.advance(ms: 32 * 86_400_000)
            let later = try #require(try await ledger.tenantOverview("acme"))
            #expect(later.spent == .zero && later.balance == settled.balance, "a new month")
        }
    }

    @Test(arguments: StoreKind.available)
    func aRequestAndItsEntryAreFound(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { _, ledger in
            #expect(try await ledger.trace(requestID: "chatcmpl-1") == nil)
            let reservation = try await ledger.admit(.sample(1)).reservation
            let open = try #require(try await ledger.trace(requestID: "chatcmpl-1"))
            #expect(open.reservation == reservation && open.lines.isEmpty && open.prices.map(\.number) == [1])
            let charge = try await ledger.settle(.sample(1, cached: 30, output: 20)).charge
            let trace = try #require(try await ledger.trace(requestID: "chatcmpl-1"))
            #expect(trace.reservation == nil && trace.lines.map(\.charge) == [charge] && trace.prices == open.prices)
            #expect(trace.entry?.entry.draft.id == trace.lines.first?.entryID && trace.entry?.reversedBy == nil)

            let number = try #require(trace.entry?.entry.number)
            #expect(try await ledger.entry(number: number) == trace.entry)
            #expect(try await ledger.entry(number: number + 1) == nil)
            _ = try await ledger.reverse(entryID: "request:chatcmpl-1", id: "refund")
            #expect(try await ledger.entry(id: "request:chatcmpl-1")?.reversedBy == "refund")
        }
    }
}
