import Ledger
import Synchronization
import Testing

/// What the ledger itself has written is always sound, and one total stands in all books.
@Suite struct VerifyTests {
    @Test(arguments: StoreKind.available, [1, 2] as [UInt64])
    func aRandomDayIsSound(_ kind: StoreKind, _ seed: UInt64) async throws {
        try await TestLedger.with(kind, credit: "5") { test, ledger in
            let day = try await RandomDay.run(seed: seed, test, ledger)
            let steps = Mutex<[VerificationProgress]>([])
            let report = try await ledger.verify { progress in steps.withLock { $0.append(progress) } }
            #expect(report.discrepancy == nil)
            #expect(report.isSound && report.steps == steps.withLock { $0 })
            #expect(report.steps.map(\.step) == VerificationStep.allCases)
            #expect(report.notComparable == [RandomDay.dyingWorker])
            let totals = report.totals
            #expect(totals.requests == day.settled && totals.outputTokens == day.outputTokens)
            #expect(totals.charged == day.charged && totals.posted == day.charged && day.charged > .zero)
            #expect(totals.cappedRequests > 0)
            let closed = RandomDay.closedWorkers.compactMap { day.counters[$0] }
            #expect(totals.countedGeneratedTokens == closed.reduce(0) { $0 + $1.generated })
            #expect(totals.countedPromptTokens == closed.reduce(0) { $0 + $1.prompt })
        }
    }

    @Test(arguments: StoreKind.available) func anEmptyLedgerIsSound(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind, credit: "0") { _, ledger in
            let report = try await ledger.verify()
            #expect(report.isSound && report.totals == VerificationTotals())
        }
    }

    /// Amounts that no 64-bit sum holds.
    @Test(arguments: StoreKind.available) func billionsAreSound(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { _, ledger in
            let billion = try #require(PicoUSD(decimal: "1000000000"))
            for number in 0..<3 { _ = try await ledger.deposit(billion, tenant: "acme", id: "\(number)") }
            _ = try await ledger.reverse(entryID: "deposit:1", id: "back")
            let report = try await ledger.verify()
            #expect(report.discrepancy == nil)
        }
    }

    /// A worker whose requests are not all settled cannot be compared yet.
    @Test(arguments: StoreKind.available) func workersOfOpenRequestsWait(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { _, ledger in
            _ = try await ledger.admit(.sample(1))
            let segment = SegmentUsage(worker: "w", pool: "east", promptTokens: 9, outputTokens: 5, prefilledTokens: 9)
            try await ledger.note([segment], of: "chatcmpl-1")
            try await ledger.recordCounters(
                worker: "w", startedMs: 1, promptTokens: 9, generatedTokens: 5, isClosed: true)
            #expect(try await ledger.verify().notComparable == ["w"])
            _ = try await ledger.settle(
                SettlementRequest(requestID: "chatcmpl-1", outcome: .completed, segments: [segment]))
            let report = try await ledger.verify()
            #expect(report.isSound && report.notComparable.isEmpty && report.totals.countedGeneratedTokens == 5)
        }
    }
}
