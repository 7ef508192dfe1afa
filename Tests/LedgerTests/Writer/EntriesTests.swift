import Ledger
import Testing

@Suite struct EntriesTests {
    @Test(arguments: StoreKind.available)
    func aDepositCountsOnce(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind, credit: "0") { _, ledger in
            let amount = try #require(PicoUSD(decimal: "12.5"))
            let entry = try await ledger.deposit(amount, tenant: "acme", id: "invoice-1")
            #expect(try await ledger.deposit(amount, tenant: "acme", id: "invoice-1") == entry)
            await #expect(throws: LedgerError.differentEntry("deposit:invoice-1")) {
                try await ledger.deposit(amount + amount, tenant: "acme", id: "invoice-1")
            }
            #expect(try await ledger.allBalances() == ["tenant:acme": amount, "outside:deposits": -amount])
        }
    }

    @Test(arguments: StoreKind.available)
    func aReversalNamesWhatItTakesBackAndDoesSoOnce(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind, credit: "3") { _, ledger in
            let reversal = try await ledger.reverse(entryID: "deposit:start", id: "mistake")
            #expect(reversal.draft.reverses == "deposit:start" && reversal.draft.kind == .reversal)
            #expect(try await ledger.allBalances().isEmpty)
            #expect(try await ledger.reverse(entryID: "deposit:start", id: "mistake") == reversal)
            await #expect(throws: LedgerError.alreadyReversed("deposit:start", by: "mistake")) {
                try await ledger.reverse(entryID: "deposit:start", id: "again")
            }
            await #expect(throws: LedgerError.unknownEntry("deposit:other")) {
                try await ledger.reverse(entryID: "deposit:other", id: "x")
            }
            #expect(try await ledger.count("entries") == 2)
        }
    }

    /// The balance of a billion dollars, and amounts beyond 64 bits of pico-USD.
    @Test(arguments: StoreKind.available)
    func aBillionDollarsFit(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind, credit: "0") { _, ledger in
            let billion = try #require(PicoUSD(decimal: "1000000000"))
            for number in 1...3 {
                let entry = try await ledger.deposit(billion, tenant: "acme", id: "\(number)")
                let read = try await ledger.database.read { try Entry.read(id: entry.draft.id, from: $0) }
                #expect(read == entry)
            }
            #expect(try await ledger.allBalances()["tenant:acme"] == billion * 3)
        }
    }

    @Test(arguments: StoreKind.available)
    func payoutsAtOnceNeverOverdraw(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind, credit: "10") { _, ledger in
            let dear = try TokenPrices.perToken(input: "0", output: "0.01")
            _ = try await ledger.setPrice(model: "m", tier: .standard, base: dear)
            _ = try await ledger.admit(.sample(1))
            _ = try await ledger.settle(.sample(1, output: 50))
            let cent = try #require(PicoUSD(decimal: "0.01"))
            // Forty cents are there.
            let paid = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<100 {
                    group.addTask { (try? await ledger.payOut(cent, operatorID: "olga", id: "p\(number)")) != nil }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(paid == 40)
            #expect(try await ledger.allBalances()["operator:olga"] == nil)
            await #expect(throws: LedgerError.overdrawn(.operator("olga"), balance: .zero, by: cent)) {
                try await ledger.payOut(cent, operatorID: "olga", id: "last")
            }
        }
    }
}
