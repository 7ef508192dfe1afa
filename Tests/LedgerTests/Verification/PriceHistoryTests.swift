import Ledger
import Testing

/// Whether requests were admitted at the price that held, even where another one charges the same.
@Suite struct PriceHistoryTests {
    private static let minuteMs: Int64 = 60_000

    @Test(arguments: StoreKind.available)
    func anotherVersionOfTheSameModelIsFound(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            // From the start on; then said long before it holds; then said late, for an hour ago.
            test.clock.advance(ms: 2 * Self.minuteMs)
            try await setPrice(test.clock.nowMs + 20 * Self.minuteMs, ledger)
            try await request(1, endsAfterMs: 30 * Self.minuteMs, test, ledger)
            try await request(2, endsAfterMs: 2 * Self.minuteMs, test, ledger)
            try await setPrice(test.clock.nowMs - 60 * Self.minuteMs, ledger)
            try await request(3, endsAfterMs: 2 * Self.minuteMs, test, ledger)
            try await setPrice(test.clock.nowMs, ledger)
            test.clock.advance(ms: 2 * Self.minuteMs)
            try await request(4, endsAfterMs: 0, test, ledger)
            try await expectVerified(ledger)
            // The third is of before the second, and so is never in force.
            let right = [1: 1, 2: 2, 3: 2, 4: 4]
            for (number, version) in right {
                let lines = try await ledger.trace(requestID: "chatcmpl-\(number)")?.lines
                #expect(lines?.map(\.priceVersion) == [Int64(version)])
                for other in [1, 2, 3, 4].map(String.init) + ["NULL"] where other != "\(version)" {
                    let found = try await discrepancy(atVersion: other, number, ledger)
                    #expect(found?.step == .usage && found?.what == "price version", "\(number) at \(other)")
                }
            }
        }
    }

    /// Clocks of processes differ, and an admission may be decided while a price waits for its turn.
    @Test(arguments: StoreKind.available)
    func aPriceOfTheLastMomentMayHaveBeenMissed(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            _ = try await ledger.admit(.sample(1))
            try await setPrice(test.clock.nowMs, ledger)
            try await setPrice(test.clock.nowMs - Self.minuteMs, ledger)
            #expect(try await ledger.settle(.sample(1, output: 5)).charge > .zero)
            try await expectVerified(ledger)
        }
    }

    @Test(arguments: StoreKind.available)
    func anOpenReservationIsAtThePriceThatHeld(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            test.clock.advance(ms: 2 * Self.minuteMs)
            try await setPrice(test.clock.nowMs, ledger)
            test.clock.advance(ms: 2 * Self.minuteMs)
            _ = try await ledger.admit(.sample(1))
            try await expectVerified(ledger)
            let change = "price_version = 1, prices = REPLACE(prices, '\"version\":2', '\"version\":1')"
            let found = try await discrepancy(after: "UPDATE reservations SET \(change)", ledger)
            #expect(found?.step == .reservations && found?.what == "price version")
        }
    }

    /// Another version with the same prices.
    private func setPrice(_ validFromMs: Int64, _ ledger: Ledger) async throws {
        _ = try await ledger.setPrice(
            model: "m", tier: .standard, base: Sample.price().prices, validFromMs: validFromMs)
    }

    private func request(
        _ number: Int, endsAfterMs: Int64, _ test: TestLedger, _ ledger: Ledger
    ) async throws {
        _ = try await ledger.admit(.sample(number))
        test.clock.advance(ms: endsAfterMs)
        // Nothing was delivered: no version's prices change the charge, not even those of none.
        _ = try await ledger.settle(.sample(number, output: 0))
        test.clock.advance(ms: 2 * Self.minuteMs)
    }

    private func discrepancy(atVersion version: String, _ number: Int, _ ledger: Ledger) async throws -> Discrepancy? {
        let set = "UPDATE usage_lines SET price_version = \(version) WHERE request_id = 'chatcmpl-\(number)'"
        return try await discrepancy(after: set, ledger)
    }

    private struct Undone: Error { let discrepancy: Discrepancy? }

    private func discrepancy(after sql: String, _ ledger: Ledger) async throws -> Discrepancy? {
        do {
            try await ledger.database.write { session in
                #expect(try session.execute(sql) == 1)
                throw Undone(discrepancy: try Ledger.verify(session).discrepancy)
            }
            return nil
        } catch let error as Undone {
            return error.discrepancy
        }
    }
}
