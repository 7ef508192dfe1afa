/// Usage on a statement: of one model in one tier at one version of its price.
package struct StatementUsage: Sendable, Hashable {
    package let model: String
    package let tier: ServiceTier
    /// nil for a model without a price.
    package let priceVersion: Int64?
    package let requests: Int
    /// Cached ones included.
    package let promptTokens: Int
    package let cachedTokens: Int
    package let outputTokens: Int
    package let charge: PicoUSD
}

/// A tenant's calendar month: from the opening balance, less usage, with every payment and reversal, to the closing
/// balance.
package struct TenantStatement: Sendable, Hashable {
    package let tenant: String
    package let month: CalendarMonth
    package let opening: PicoUSD
    package let usage: [StatementUsage]
    /// What usage entries took, according to the postings.
    package let usagePosted: PicoUSD
    package let movements: [StatementMovement]
    package let closing: PicoUSD

    /// What the usage listed was charged.
    package var usageCharged: PicoUSD { usage.reduce(.zero) { $0 + $1.charge } }

    /// Whether usage and postings say the same, and lead from one balance to the other.
    package var agrees: Bool {
        usageCharged == usagePosted && movements.reduce(opening - usagePosted) { $0 + $1.amount } == closing
    }

    static func read(_ tenant: String, _ month: CalendarMonth, _ session: any SQLSession) throws -> TenantStatement {
        let account = try AccountMonth.read(.tenant(tenant), month, session)
        return TenantStatement(
            tenant: tenant, month: month, opening: account.opening, usage: try usage(tenant, month, session),
            usagePosted: -account.usage, movements: account.movements, closing: account.closing)
    }

    private static func usage(
        _ tenant: String, _ month: CalendarMonth, _ session: any SQLSession
    ) throws -> [StatementUsage] {
        let query = """
            SELECT model, tier, price_version, CAST(SUM(requests) AS BIGINT), CAST(SUM(prompt_tokens) AS BIGINT),
                CAST(SUM(cached_tokens) AS BIGINT), CAST(SUM(output_tokens) AS BIGINT),
                CAST(SUM(charge_high) AS BIGINT), CAST(SUM(charge_low) AS BIGINT)
            FROM usage_hours WHERE tenant = $1 AND hour_ms >= $2 AND hour_ms < $3 GROUP BY model, tier, price_version
            """
        let rows = try session.query(query, [.text(tenant), .integer(month.startMs), .integer(month.next.startMs)])
        return try rows.map { row in
            StatementUsage(
                model: try row.text(0), tier: try row.name(1, ServiceTier.self),
                priceVersion: try row.integer(2) == 0 ? nil : row.integer(2), requests: Int(try row.integer(3)),
                promptTokens: Int(try row.integer(4)), cachedTokens: Int(try row.integer(5)),
                outputTokens: Int(try row.integer(6)), charge: try row.sum(7))
        }.sorted {
            ($0.model, $0.tier.rawValue, $0.priceVersion ?? 0) < ($1.model, $1.tier.rawValue, $1.priceVersion ?? 0)
        }
    }
}

extension Ledger {
    /// - Throws: `ReportError.unknownTenant`, `StoreError`.
    package func statement(tenant: String, month: CalendarMonth) async throws -> TenantStatement {
        try await database.read { session in
            guard try Tenant.read(tenant, session) != nil else { throw ReportError.unknownTenant(tenant) }
            return try TenantStatement.read(tenant, month, session)
        }
    }
}
