extension Tenant {
    static func read(_ id: String, _ session: any SQLSession) throws -> Tenant? {
        try session.first("SELECT \(columns) FROM tenants WHERE id = $1", [.text(id)]).map { try Tenant(row: $0) }
    }

    func write(revision: Int64, to session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO tenants (\(Self.columns), revision) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, suspended = excluded.suspended,
                credit_limit = excluded.credit_limit, limits = excluded.limits, revision = excluded.revision
            """, [values + [.integer(revision)]])
    }
}

extension KeyRecord {
    static func read(_ id: String, _ session: any SQLSession) throws -> KeyRecord? {
        try session.first("SELECT \(columns) FROM api_keys WHERE id = $1", [.text(id)]).map { try KeyRecord(row: $0) }
    }

    func write(revision: Int64, to session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO api_keys (\(Self.columns), revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, expires_ms = excluded.expires_ms,
                revoked_ms = excluded.revoked_ms, limits = excluded.limits, revision = excluded.revision
            """, [values + [.integer(revision)]])
    }
}
