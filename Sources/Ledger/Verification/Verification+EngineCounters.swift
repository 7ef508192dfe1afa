extension Verification {
    mutating func checkEngineCounters() throws {
        let open = try workersOfOpenRequests()
        let query = """
            SELECT c.worker, c.prompt_tokens, c.generated_tokens, c.is_closed, u.prompt_tokens, u.generated_tokens
            FROM engine_counters c LEFT JOIN (
                SELECT worker, CAST(SUM(prefilled_tokens) AS BIGINT) AS prompt_tokens,
                    CAST(SUM(output_tokens + unsent_tokens) AS BIGINT) AS generated_tokens
                FROM usage_lines GROUP BY worker) AS u ON u.worker = c.worker
            ORDER BY c.worker
            """
        try session.forEach(query, []) { row in
            let worker = try row.text(0)
            count()
            guard try row.integer(3) == 1, !open.contains(worker) else {
                notComparable.append(worker)
                return
            }
            let place = "worker '\(worker)'"
            let (prompt, generated) = (try row.integer(1), try row.integer(2))
            try expect(prompt, try row.optionalInteger(4) ?? 0, "prompt tokens in usage, as it counted,", at: place)
            try expect(
                generated, try row.optionalInteger(5) ?? 0, "generated tokens in usage, as it counted,", at: place)
            totals.countedPromptTokens += Int(prompt)
            totals.countedGeneratedTokens += Int(generated)
        }
        try session.forEach(
            """
            SELECT DISTINCT worker FROM usage_lines u
            WHERE worker <> $1 AND NOT EXISTS (SELECT 1 FROM engine_counters c WHERE c.worker = u.worker)
            ORDER BY worker
            """, [.text(SegmentUsage.unreported.worker)]
        ) { notComparable.append(try $0.text(0)) }
    }

    /// What they have done for those requests is not all in usage yet.
    private func workersOfOpenRequests() throws -> Set<String> {
        var workers: Set<String> = []
        try session.forEach("SELECT \(Reservation.columns) FROM reservations", []) { row in
            workers.formUnion(try Reservation(row: row).progress.map(\.worker))
        }
        return workers
    }
}
