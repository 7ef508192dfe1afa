extension LedgerBatch {
    /// Writes what has changed, a statement for each table.
    func write(to session: any SQLSession) throws {
        try writeReservations(to: session)
        try writeMeters(to: session)
        try writeEntries(to: session)
        try writeUsage(to: session)
    }

    private func writeReservations(to session: any SQLSession) throws {
        let open = changes.reservations.values.compactMap { $0 }
        let over = changes.reservations.filter { $0.value == nil }.keys
        try session.enqueue(
            """
            INSERT INTO reservations (\(Reservation.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT (request_id) DO UPDATE SET expires_ms = excluded.expires_ms, progress = excluded.progress
            """, open.map(\.values))
        try session.enqueue("DELETE FROM reservations WHERE request_id", isOneOf: Array(over))
    }

    private func writeMeters(to session: any SQLSession) throws {
        try session.enqueue(
            """
            INSERT INTO meters (\(Meter.columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (id) DO UPDATE SET reserved = excluded.reserved, open_requests = excluded.open_requests,
                month = excluded.month, spent = excluded.spent, requests_debt = excluded.requests_debt,
                requests_ms = excluded.requests_ms, tokens_debt = excluded.tokens_debt, tokens_ms = excluded.tokens_ms
            """, changes.meters.map { $0.value.values(of: $0.key) })
    }

    private func writeEntries(to session: any SQLSession) throws {
        guard !changes.entries.isEmpty else { return }
        try session.enqueue(
            "INSERT INTO entries (\(Entry.columns)) VALUES ($1, $2, $3, $4, $5, $6)", changes.entries.map(\.values))
        try session.enqueue(
            "INSERT INTO postings (entry, line, account, amount) VALUES ($1, $2, $3, $4)",
            changes.entries.flatMap(\.postingValues))
        try session.enqueue(
            """
            INSERT INTO balances (account, balance) VALUES ($1, $2)
            ON CONFLICT (account) DO UPDATE SET balance = excluded.balance
            """, changes.balances.map { [.text($0.key.name), SQLValue($0.value)] })
        try session.enqueue(
            "UPDATE ledger_head SET entry = $1, hash = $2 WHERE id = 1",
            [[.integer(chain.number), .text(chain.head.hex)]])
    }

    private func writeUsage(to session: any SQLSession) throws {
        guard !changes.usage.isEmpty else { return }
        try session.enqueue(
            """
            INSERT INTO usage_lines (\(UsageLine.columns))
            VALUES (\(UsageLine.parameters))
            """, changes.usage.map(\.values))
        var hours: [UsageHour.Key: UsageHour] = [:]
        for line in changes.usage { hours[UsageHour.Key(line), default: UsageHour()].add(line) }
        try session.enqueue(
            """
            INSERT INTO usage_hours (\(UsageHour.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            ON CONFLICT (tenant, hour_ms, model, tier, key_id, pool, price_version) DO UPDATE SET
                requests = usage_hours.requests + excluded.requests,
                prompt_tokens = usage_hours.prompt_tokens + excluded.prompt_tokens,
                cached_tokens = usage_hours.cached_tokens + excluded.cached_tokens,
                output_tokens = usage_hours.output_tokens + excluded.output_tokens,
                unsent_tokens = usage_hours.unsent_tokens + excluded.unsent_tokens,
                replayed_tokens = usage_hours.replayed_tokens + excluded.replayed_tokens,
                charge_high = usage_hours.charge_high + excluded.charge_high,
                charge_low = usage_hours.charge_low + excluded.charge_low
            """, hours.map { $0.value.values(of: $0.key) })
    }
}
