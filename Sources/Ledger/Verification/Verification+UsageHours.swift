extension Verification {
    /// Lines of usage, summed in SQL as they stand in `usage_hours`.
    private static let columns = [
        "requests", "prompt_tokens", "cached_tokens", "output_tokens", "unsent_tokens", "replayed_tokens",
    ]
    private static let key = "tenant, hour_ms, model, tier, key_id, pool, price_version"
    private static let lines = """
        SELECT tenant, hour_ms - hour_ms % 3600000 AS hour_ms, model, tier, key_id, pool, price_version,
            \(columns.joined(separator: ", ")), charge_high, charge_low FROM (\(UsageSums.lines)) AS moments
        """

    /// The difference of both sides, hour by hour: what stands on one side only is not forgotten.
    mutating func checkUsageHours() throws {
        let sums = Self.columns.map { "SUM(\($0)) <> 0" }.joined(separator: " OR ")
        let negated = (Self.columns + ["charge_high", "charge_low"]).map { "-\($0)" }.joined(separator: ", ")
        let query = """
            SELECT \(Self.key) FROM (
                SELECT \(UsageHour.columns) FROM usage_hours
                UNION ALL SELECT \(Self.key), \(negated) FROM (\(Self.lines)) AS lines) AS both_sides
            GROUP BY \(Self.key)
            HAVING \(sums) OR SUM(charge_high) * 1000000000 + SUM(charge_low) <> 0
            ORDER BY hour_ms, tenant, model, tier, key_id, pool, price_version LIMIT 1
            """
        if let row = try session.first(query) { throw try discrepancy(ofHour: row) }
        try session.forEach("SELECT count(*) FROM usage_hours", []) { row in
            for _ in 0..<(try row.integer(0)) { count() }
        }
    }

    private func discrepancy(ofHour row: SQLRow) throws -> Discrepancy {
        let place =
            "hour \(try row.integer(1)) of tenant '\(try row.text(0))', model '\(try row.text(2))', "
            + "tier \(try row.text(3)), key '\(try row.text(4))', pool '\(try row.text(5))', "
            + "price version \(try row.integer(6))"
        let kept = try sums("usage_hours", row)
        let expected = try sums("(\(Self.lines)) AS lines", row)
        for (name, (expected, found)) in zip(Self.columns + ["charge"], zip(expected, kept)) where expected != found {
            return discrepancy(place, name, expected: expected, found: found)
        }
        return discrepancy(place, "its sums", expected: "those of its lines", found: "others")
    }

    /// The numbers of one hour, the charge in pico-USD last.
    private func sums(_ table: String, _ key: SQLRow) throws -> [Int128] {
        let columns = (Self.columns + ["charge_high", "charge_low"])
            .map { "CAST(COALESCE(SUM(\($0)), 0) AS BIGINT)" }.joined(separator: ", ")
        let query = """
            SELECT \(columns) FROM \(table)
            WHERE tenant = $1 AND hour_ms = $2 AND model = $3 AND tier = $4 AND key_id = $5 AND pool = $6
                AND price_version = $7
            """
        guard let row = try session.first(query, key.values) else { return [] }
        let values = try (0..<8).map { Int128(try row.integer($0)) }
        return Array(values[..<6]) + [values[6] * 1_000_000_000 + values[7]]
    }
}
