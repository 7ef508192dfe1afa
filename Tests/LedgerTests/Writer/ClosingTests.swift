import Ledger
import Testing

@Suite struct ClosingTests {
    /// A ledger that closes does what it has taken on, and says so, before its database closes.
    @Test(arguments: StoreKind.available)
    func whatWaitsIsWrittenAndFlushedFirst(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            let gate = Gate()
            let database = WatchedDatabase(try test.store.open(), flushGate: gate)
            // Its schema is there already, so opening it flushes nothing.
            let closing = try await Ledger(database: database, nowMs: { [clock = test.clock] in clock.nowMs })
            let cent = try #require(PicoUSD(decimal: "0.01"))
            let paid = try await withThrowingTaskGroup(of: String?.self) { group in
                defer { gate.open() }
                for number in 0..<50 {
                    group.addTask { try await Self.payIn(cent, id: "\(number)", closing) }
                }
                await database.isFlushing()
                group.addTask {
                    await closing.close()
                    return nil
                }
                // From here on it is closing, and its promises are not kept yet.
                while try await Self.isOpen(closing) {}
                for _ in 0..<100 { await Task.yield() }
                #expect(!database.counts.isClosed)
                gate.open()
                return try await group.reduce(into: [String]()) { if let id = $1 { $0.append(id) } }
            }
            #expect(!paid.isEmpty && database.counts.isClosed)
            for id in paid { #expect(try await ledger.entry(id: "deposit:" + id) != nil) }
            #expect(try await ledger.count("entries") == Int64(paid.count) + 1)
        }
    }

    /// Nothing is being written any more, and one answer still waits for its flush.
    @Test(arguments: StoreKind.available)
    func anAnswerThatIsOwedIsGivenFirst(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, _ in
            let gate = Gate()
            let database = WatchedDatabase(try test.store.open(), flushGate: gate)
            let closing = try await Ledger(database: database, nowMs: { [clock = test.clock] in clock.nowMs })
            let cent = try #require(PicoUSD(decimal: "0.01"))
            let paying = Task { try await Self.payIn(cent, id: "1", closing) }
            await database.isFlushing()
            #expect(try await Self.isOpen(closing))
            let end = Task { await closing.close() }
            for _ in 0..<1000 { await Task.yield() }
            #expect(!database.counts.isClosed)
            gate.open()
            await end.value
            #expect(database.counts.isClosed)
            #expect(try await paying.value == "1")
        }
    }

    /// - Returns: nil when it came too late.
    private static func payIn(_ amount: PicoUSD, id: String, _ ledger: Ledger) async throws -> String? {
        do throws(LedgerError) {
            _ = try await ledger.deposit(amount, tenant: "acme", id: id)
            return id
        } catch .closed {
            return nil
        }
    }

    /// An admission waits for no flush.
    private static func isOpen(_ ledger: Ledger) async throws -> Bool {
        do throws(LedgerError) {
            _ = try await ledger.admit(.sample(1))
            return true
        } catch .closed {
            return false
        }
    }
}
