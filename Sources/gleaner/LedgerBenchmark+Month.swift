import Foundation
import Ledger

extension LedgerBenchmark {
    private static let month = CalendarMonth(year: 2026, month: 1)
    private static let numMonthTenants = 1_000
    /// Rows of one transaction.
    private static let stride = 500_000

    /// Writes rows of usage, of 1,000 tenants, 4 models and every hour of a month, and their sums by the hour.
    func fillMonth(rows: Int) async throws {
        for first in Swift.stride(from: 0, to: rows, by: Self.stride) {
            let arguments = [
                SQLValue(first), SQLValue(min(rows, first + Self.stride)), .integer(Self.month.startMs),
                SQLValue(max(1, rows / Self.numMonthTenants)),
            ]
            _ = try await ledger.database.commit(within: .seconds(600)) { try $0.execute(Self.lines, [arguments]) }
        }
        _ = try await ledger.database.commit(within: .seconds(600)) { session in
            try session.execute(Self.hours)
            // What PostgreSQL does by itself within a minute.
            if session.dialect == .postgreSQL { try session.execute("ANALYZE usage_hours") }
        }
    }

    /// How long it takes to say what some tenants used in that month, by model, tier and key: one time for each.
    func months(_ count: Int) async throws -> [Duration] {
        var times: [Duration] = []
        for number in 0..<count {
            let begin = ContinuousClock.now
            let used = try await ledger.usage(
                tenant: "month-\(number * 7 % Self.numMonthTenants)", month: Self.month, by: [.model, .tier, .key])
            times.append(begin.duration(to: .now))
            guard !used.isEmpty else { throw CocoaError(.fileReadCorruptFile) }
        }
        return times
    }

    // Tenant after tenant, which is quickest to write.
    private static let lines = """
        WITH RECURSIVE numbers(i) AS (SELECT $1 + 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < $2)
        INSERT INTO usage_lines (\(UsageLine.columns))
        SELECT 'month-' || CAST(i + 1000000000 AS TEXT), 0, 'month-' || CAST(i / $4 AS TEXT), 'key',
            'model-' || CAST(i % 4 AS TEXT), 'default', 'bench', 'bench', 1000, 100, 300, 0, 1000, 0, 'completed', 1,
            450000000, 322500000, 'bench', 258000000, 0, $3 + i % $4 * 2592000000 / $4,
            $3 + i % $4 * 2592000000 / $4, NULL, 'first'
        FROM numbers
        """
    // Hour after hour, as traffic leaves them: a tenant's rows are not together on the disk.
    private static let hours = """
        INSERT INTO usage_hours (tenant, hour_ms, model, tier, key_id, pool, price_version, requests, prompt_tokens,
            cached_tokens, output_tokens, unsent_tokens, replayed_tokens, charge_high, charge_low)
        SELECT tenant, ended_ms - ended_ms % 3600000, model, tier, key_id, pool, price_version, count(*),
            1000 * count(*), 100 * count(*), 300 * count(*), 0, 0, 0, 322500000 * count(*)
        FROM usage_lines WHERE request_id LIKE 'month-%' GROUP BY 1, 2, 3, 4, 5, 6, 7
        ORDER BY 2
        """
}
