import Ledger
import Testing

/// The settlement of what dead servers left behind.
@Suite struct ExpiryTests {
    @Test(arguments: StoreKind.available)
    func oneThatCannotBeSettledDoesNotKeepTheOthers(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            for number in 0..<20 {
                _ = try await ledger.admit(.sample(number))
                try await ledger.note(SettlementRequest.sample(number, output: 5).segments, of: "chatcmpl-\(number)")
                test.clock.advance(ms: 1)
            }
            // They come in the order of their leases: the first, one in the middle, and one of another kind.
            try await ledger.tamper("progress = REPLACE(progress, 'east', 'nowhere')", 0)
            try await ledger.tamper("progress = '['", 7)
            try await ledger.tamper("tier = 'x'", 8)
            test.clock.advance(ms: Ledger.leaseMs)
            await #expect(throws: LedgerError.settlement(.unknownPool("nowhere"))) {
                try await ledger.expireReservations()
            }
            #expect(try await ledger.count("reservations") == 3)
            #expect(try await ledger.count("usage_lines") == 17)
            // It is said every time, until it is put right.
            await #expect(throws: LedgerError.settlement(.unknownPool("nowhere"))) {
                try await ledger.expireReservations()
            }
            try await ledger.tamper("progress = '[]'", 0)
            try await ledger.tamper("progress = '[]'", 7)
            try await ledger.tamper("tier = 'default'", 8)
            #expect(try await ledger.expireReservations() == 3)
            try await expectVerified(ledger)
        }
    }

    /// They share transactions: after a crash there can be thousands, each of which would wait for a disk.
    @Test(arguments: StoreKind.available)
    func manyAreSettledTogether(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            let number = 200
            for request in 0..<number { _ = try await ledger.admit(.sample(request)) }
            test.clock.advance(ms: Ledger.leaseMs)
            let database = WatchedDatabase(try test.store.open())
            let other = try await Ledger(database: database, nowMs: { [clock = test.clock] in clock.nowMs })
            let before = database.counts.commits
            #expect(try await other.expireReservations() == number)
            #expect(database.counts.commits - before < number / 4)
            await other.close()
            #expect(try await ledger.count("reservations") == 0)
        }
    }
}

extension Ledger {
    fileprivate func tamper(_ change: String, _ number: Int) async throws {
        try await database.write { session in
            let sql = "UPDATE reservations SET \(change) WHERE request_id = 'chatcmpl-\(number)'"
            let changed = try session.execute(sql)
            #expect(changed == 1)
        }
    }
}
