import Ledger
import Testing

@Suite struct BillingTests {
    @Test(arguments: StoreKind.available) func onlyItsOwnSettledRequests(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind, credit: "5") { test, ledger in
            _ = try await RandomDay.run(seed: 51, test, ledger)
            for tenant in ["acme", "beta"] {
                let all = try await ledger.allLines().map(\.line)
                let ids = Array(Set(all.map(\.requestID))).sorted() + ["open-0", "unknown", "", "a\0b"]
                let bills = try await ledger.billing(requestIDs: ids + ids, tenant: tenant)
                let own = Dictionary(grouping: all.filter { $0.tenant == tenant }, by: \.requestID)
                #expect(bills.map(\.requestID) == ids.filter { own[$0] != nil })
                for bill in bills {
                    let charge = own[bill.requestID]?.reduce(PicoUSD.zero) { $0 + $1.charge }
                    #expect(Int128(bill.nanoUSD) == charge?.nanoRoundedUp)
                }
                #expect(bills.contains { $0.nanoUSD > 0 } && bills.contains { $0.nanoUSD == 0 })
            }
        }
    }

    @Test(arguments: StoreKind.available) func nanoDollarsAreRoundedUpAndReversalsAreFree(_ kind: StoreKind)
        async throws
    {
        try await TestLedger.with(kind) { _, ledger in
            _ = try await ledger.setPrice(
                model: "m", tier: .standard, base: .perToken(input: "0", output: "0.000000000001"))
            for (number, output) in [1, 1000, 1001].enumerated() {
                _ = try await ledger.admit(.sample(number, output: 2000))
                _ = try await ledger.settle(.sample(number, output: output))
            }
            let ids = ["chatcmpl-2", "chatcmpl-1", "chatcmpl-0"]
            #expect(try await ledger.billing(requestIDs: ids, tenant: "acme").map(\.nanoUSD) == [2, 1, 1])
            _ = try await ledger.reverse(entryID: "request:chatcmpl-2", id: "sorry")
            #expect(try await ledger.billing(requestIDs: ids, tenant: "acme").map(\.nanoUSD) == [0, 1, 1])
            let many = Array(repeating: "x", count: 10_001)
            await #expect(throws: ReportError.tooManyIDs(10_001, most: 10_000)) {
                try await ledger.billing(requestIDs: many, tenant: "acme")
            }
        }
    }
}
