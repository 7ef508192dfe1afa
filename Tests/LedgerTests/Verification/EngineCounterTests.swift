import Ledger
import Testing

@Suite struct EngineCounterTests {
    @Test(arguments: StoreKind.available) func countersOnlyGrow(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { _, ledger in
            func record(_ prompt: Int, _ generated: Int, closed: Bool = false, since: Int64 = 7) async throws {
                try await ledger.recordCounters(
                    worker: "w", startedMs: since, promptTokens: prompt, generatedTokens: generated, isClosed: closed)
            }
            let backwards = EngineCounterError.backwards(worker: "w")
            try await record(1, 2)
            try await record(1, 2)
            try await record(5, 2)
            await #expect(throws: backwards) { try await record(4, 3) }
            await #expect(throws: backwards) { try await record(5, 1) }
            await #expect(throws: EngineCounterError.negative(worker: "w")) { try await record(-1, 9) }
            await #expect(throws: EngineCounterError.otherWorker("w", startedMs: 7)) {
                try await record(9, 9, since: 8)
            }
            try await record(6, 6, closed: true)
            try await record(6, 6, closed: true)
            await #expect(throws: backwards) { try await record(7, 7) }
            let row = try await ledger.database.read {
                try $0.first("SELECT prompt_tokens, generated_tokens, is_closed FROM engine_counters")
            }
            #expect(row?.values == [6, 6, 1])
        }
    }
}
