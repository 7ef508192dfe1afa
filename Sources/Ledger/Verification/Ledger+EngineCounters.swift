/// Why a worker's counters are not recorded.
package enum EngineCounterError: Error, Sendable, Equatable, CustomStringConvertible {
    case negative(worker: String)
    /// The id was given to two workers.
    case otherWorker(String, startedMs: Int64)
    /// Counters only grow, and closed ones stay.
    case backwards(worker: String)

    package var description: String {
        switch self {
        case .negative(let worker): "The counters of worker '\(worker)' cannot be negative."
        case .otherWorker(let worker, let startedMs):
            "Another worker '\(worker)' has recorded counters since \(startedMs) ms: give every run an id of its own."
        case .backwards(let worker):
            "The counters of worker '\(worker)' are closed, or higher than these: they only grow."
        }
    }
}

extension Ledger {
    /// Records what a worker's engine has counted since it started, so that usage can be compared with it.
    /// - Parameters:
    ///   - worker: an id that no other run of a worker has; usage names it.
    ///   - promptTokens: of all sequences that began.
    ///   - generatedTokens: sent or not.
    ///   - isClosed: the worker has ended, and all its usage is recorded.
    /// - Throws: `EngineCounterError`, `StoreError`.
    package func recordCounters(
        worker: String, startedMs: Int64, promptTokens: Int, generatedTokens: Int, isClosed: Bool
    ) async throws {
        guard promptTokens >= 0, generatedTokens >= 0 else { throw EngineCounterError.negative(worker: worker) }
        let row: [SQLValue] = [
            .text(worker), .integer(startedMs), .integer(nowMs()), SQLValue(promptTokens), SQLValue(generatedTokens),
            .integer(isClosed ? 1 : 0),
        ]
        let committed = try await database.commit(within: nil) { try Self.record(row, in: $0) }
        try await database.flush(committed.mark)
    }

    private static func record(_ row: [SQLValue], in session: any SQLSession) throws {
        let upsert = """
            INSERT INTO engine_counters (worker, started_ms, updated_ms, prompt_tokens, generated_tokens, is_closed)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (worker) DO UPDATE SET updated_ms = excluded.updated_ms, prompt_tokens = excluded.prompt_tokens,
                generated_tokens = excluded.generated_tokens, is_closed = excluded.is_closed
            WHERE engine_counters.started_ms = excluded.started_ms AND engine_counters.is_closed = 0
                AND engine_counters.prompt_tokens <= excluded.prompt_tokens
                AND engine_counters.generated_tokens <= excluded.generated_tokens
            """
        guard try session.execute(upsert, [row]) == 0 else { return }
        let query =
            "SELECT started_ms, prompt_tokens, generated_tokens, is_closed FROM engine_counters WHERE worker = $1"
        guard let held = try session.first(query, [row[0]]) else { return }
        let worker = try SQLRow(row).text(0)
        guard held[0] == row[1] else {
            throw EngineCounterError.otherWorker(worker, startedMs: try held.integer(0))
        }
        // Saying the last word again changes nothing.
        guard held[1] == row[3], held[2] == row[4], held[3] == row[5] else {
            throw EngineCounterError.backwards(worker: worker)
        }
    }
}
