import Ledger
import Testing

@Suite struct TwoPhaseTests {
    // 100 x 150,000 + 50 x 600,000 pico-USD at most; 5 output tokens: 18,000,000.
    private static let most = PicoUSD(pico: 45_000_000)

    @Test(arguments: StoreKind.available)
    func aThousandAtOnceOnABalanceForFiveHundred(_ kind: StoreKind) async throws {
        let credit = (Self.most * 500).description
        try await TestLedger.with(kind, credit: credit) { _, ledger in
            let admitted = await Self.admit(0..<1000, ledger)
            #expect(admitted.count == 500)
            // The others were refused for the balance and for nothing else, and after settlement they are not.
            for number in admitted { _ = try await ledger.settle(.sample(number, output: 5)) }
            let spent = PicoUSD(pico: 18_000_000) * 500
            let left = Self.most * 500 - spent
            #expect(try await ledger.allBalances()["tenant:acme"] == left)
            let again = await Self.admit(1000..<2000, ledger)
            #expect(again.count == Int(left.pico / Self.most.pico))
        }
    }

    /// Admits all at once and returns those that were not refused.
    private static func admit(_ numbers: Range<Int>, _ ledger: Ledger) async -> [Int] {
        await withTaskGroup(of: Int?.self, returning: [Int].self) { group in
            for number in numbers { group.addTask { await isAdmitted(number, ledger) ? number : nil } }
            var admitted: [Int] = []
            for await number in group { if let number { admitted.append(number) } }
            return admitted
        }
    }

    private static func isAdmitted(_ number: Int, _ ledger: Ledger) async -> Bool {
        do {
            _ = try await ledger.admit(.sample(number))
            return true
        } catch {
            if case .refused(.insufficientBalance) = error { return false }
            Issue.record("refused for another reason: \(error)")
            return false
        }
    }

    @Test(arguments: StoreKind.available)
    func sayingItAgainChangesNothing(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            let first = try await ledger.admit(.sample(1))
            #expect(try await ledger.admit(.sample(1)).reservation == first.reservation)
            await #expect(throws: LedgerError.differentRequest("chatcmpl-1")) {
                try await ledger.admit(.sample(1, output: 9))
            }
            let settled = try await ledger.settle(.sample(1, output: 10))
            #expect(!settled.wasSettled && settled.charge == PicoUSD(pico: 21_000_000))
            let before = try await ledger.allBalances()
            test.clock.advance(ms: 5)
            for output in [10, 40] {
                let again = try await ledger.settle(.sample(1, output: output))
                #expect(again.wasSettled && again.charge == settled.charge)
            }
            #expect(try await ledger.allBalances() == before)
            #expect(try await ledger.count("usage_lines") == 1)
            #expect(try await ledger.count("reservations") == 0)
            // The id is taken for ever.
            await #expect(throws: LedgerError.differentRequest("chatcmpl-1")) { try await ledger.admit(.sample(1)) }
        }
    }

    @Test(arguments: StoreKind.available)
    func theChargeIsSplitAndSumsToZero(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind, credit: "2") { _, ledger in
            _ = try await ledger.admit(.sample(1))
            let charge = try await ledger.settle(.sample(1, cached: 40, output: 7)).charge
            #expect(charge == PicoUSD(pico: 60 * 150_000 + 40 * 75_000 + 7 * 600_000))
            let balances = try await ledger.allBalances()
            #expect(balances["tenant:acme"] == PicoUSD(pico: 2_000_000_000_000) - charge)
            #expect(balances["operator:olga"] == PicoUSD(pico: charge.pico * 4 / 5))
            #expect(balances["platform:revenue"] == PicoUSD(pico: charge.pico - charge.pico * 4 / 5))
            #expect(balances.values.reduce(.zero, +) == .zero)
        }
    }

    @Test(arguments: StoreKind.available, [Outcome.failed, .completed])
    func nothingDeliveredOrAnErrorCostsNothing(_ kind: StoreKind, _ outcome: Outcome) async throws {
        try await TestLedger.with(kind) { _, ledger in
            let before = try await ledger.allBalances()
            _ = try await ledger.admit(.sample(1))
            let settled = try await ledger.settle(.sample(1, outcome, output: outcome == .failed ? 20 : 0))
            #expect(settled.charge == .zero)
            #expect(try await ledger.allBalances() == before)
            #expect(try await ledger.count("usage_lines") == 1)
            #expect(try await ledger.count("reservations") == 0)
        }
    }

    @Test(arguments: StoreKind.available)
    func aDeadServersReservationSettlesFromItsLastProgress(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            _ = try await ledger.admit(.sample(1))
            _ = try await ledger.admit(.sample(2))
            _ = try await ledger.admit(.sample(3))
            test.clock.advance(ms: 30_000)
            try await ledger.note(SettlementRequest.sample(1, output: 12).segments, of: "chatcmpl-1")
            test.clock.advance(ms: 30_000)
            // 2 and 3 never spoke; 1 did half a lease ago.
            #expect(try await ledger.expireReservations() == 2)
            #expect(try await ledger.count("reservations") == 1)
            // A late word of a server that was only slow finds its request settled.
            #expect(try await ledger.settle(.sample(3, output: 50)).charge == .zero)
            test.clock.advance(ms: 30_000)
            #expect(try await ledger.expireReservations() == 1)
            #expect(try await ledger.count("reservations") == 0)
            let balance = try await ledger.allBalances()["tenant:acme"]
            #expect(balance == PicoUSD(pico: 1_000_000_000_000 - 100 * 150_000 - 12 * 600_000))
        }
    }

    @Test(arguments: StoreKind.available)
    func aTierWithoutAPriceBecomesTheDefault(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { _, ledger in
            let flex = try await ledger.admit(.sample(1, tier: .flex))
            #expect(flex.reservation.request.tier == .standard)
            // Asking again finds the same request.
            #expect(try await ledger.admit(.sample(1, tier: .flex)).reservation == flex.reservation)
            _ = try await ledger.setPrice(
                model: "m", tier: .flex, base: Sample.price(input: 1, cached: 1, output: 1).prices)
            #expect(try await ledger.admit(.sample(2, tier: .flex)).reservation.request.tier == .flex)
            #expect(try await ledger.settle(.sample(2, output: 10)).charge == PicoUSD(pico: 110))
            // The first one keeps the price of its time.
            #expect(try await ledger.settle(.sample(1, output: 10)).charge == PicoUSD(pico: 21_000_000))
        }
    }
}
