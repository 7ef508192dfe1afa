import Ledger
import Testing

/// Which operations share a transaction, seen while a flush is held back.
@Suite struct GatheringTests {
    private static let cent = PicoUSD(pico: 10_000_000_000)

    /// What waits for a flush anyway is not written before the one at hand is over: admissions go by.
    @Test(arguments: StoreKind.available)
    func admissionsPassWhatGathers(_ kind: StoreKind) async throws {
        try await withHeldFlush(kind) { database, ledger, gate in
            try await withThrowingTaskGroup { group in
                defer { gate.open() }
                for number in 1...10 { group.addTask { try await Self.payIn(number, ledger) } }
                let before = database.counts.commits
                for number in 1...100 { _ = try await ledger.admit(.sample(number)) }
                #expect(database.counts.commits - before == 100)
                gate.open()
                try await group.waitForAll()
            }
            #expect(try await ledger.count("entries") == 12)
            try await expectVerified(ledger)
        }
    }

    /// A flush that takes long holds up no full batch.
    @Test(arguments: StoreKind.available)
    func manyGatherNoLonger(_ kind: StoreKind) async throws {
        try await withHeldFlush(kind) { _, ledger, gate in
            try await withThrowingTaskGroup { group in
                defer { gate.open() }
                for number in 1...100 { group.addTask { try await Self.payIn(number, ledger) } }
                while try await ledger.count("entries") < 66 {}
                gate.open()
                try await group.waitForAll()
            }
            #expect(try await ledger.count("entries") == 102)
            try await expectVerified(ledger)
        }
    }

    /// Runs the body while the flush of one payment waits for the gate.
    private func withHeldFlush(
        _ kind: StoreKind, _ body: @Sendable (WatchedDatabase, Ledger, Gate) async throws -> Void
    ) async throws {
        try await TestLedger.with(kind) { test, _ in
            let gate = Gate()
            let database = WatchedDatabase(try test.store.open(), flushGate: gate)
            let ledger = try await Ledger(database: database, nowMs: { [clock = test.clock] in clock.nowMs })
            async let first: Void = Self.payIn(0, ledger)
            await database.isFlushing()
            try await body(database, ledger, gate)
            try await first
            await ledger.close()
        }
    }

    private static func payIn(_ number: Int, _ ledger: Ledger) async throws {
        _ = try await ledger.deposit(cent, tenant: "acme", id: "\(number)")
    }
}
