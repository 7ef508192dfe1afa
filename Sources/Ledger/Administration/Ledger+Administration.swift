extension Ledger {
    /// - Throws: `AdministrationError`, `StoreError`.
    package func addTenant(
        id: String, name: String = "", creditLimit: PicoUSD? = .zero, limits: Limits = Limits()
    ) async throws -> Tenant {
        guard Tenant.isID(id) else { throw AdministrationError.badID(kind: "tenant", id) }
        try limits.check()
        let tenant = Tenant(
            id: id, name: name.isEmpty ? id : name, createdMs: nowMs(), creditLimit: creditLimit, limits: limits)
        try await change { session, revision in
            guard try Tenant.read(id, session) == nil else { throw AdministrationError.exists(kind: "tenant", id) }
            try tenant.write(revision: revision, to: session)
        }
        return tenant
    }

    /// Changes a tenant.
    package func changeTenant(_ id: String, _ change: @escaping @Sendable (inout Tenant) -> Void) async throws -> Tenant
    {
        try await self.change { session, revision in
            guard var tenant = try Tenant.read(id, session) else {
                throw AdministrationError.unknown(kind: "tenant", id)
            }
            change(&tenant)
            try tenant.limits.check()
            try tenant.write(revision: revision, to: session)
            return tenant
        }
    }

    /// Makes a key. Its text is nowhere else afterwards.
    /// - Parameter tenant: nil for the roles that belong to the platform.
    package func addKey(
        role: KeyRole, tenant: String?, name: String = "", expiresMs: Int64? = nil, limits: Limits = Limits()
    ) async throws -> (key: APIKey, record: KeyRecord) {
        guard role != .tenant || tenant != nil else { throw AdministrationError.keyNeedsTenant }
        guard role == .tenant || tenant == nil else { throw AdministrationError.keyHasNoTenant(role) }
        try limits.check()
        var random = SystemRandomNumberGenerator()
        let key = APIKey.generate(role: role, using: &random)
        let record = KeyRecord(
            id: key.id, digest: key.digest, role: role, tenant: tenant, name: name, createdMs: nowMs(),
            expiresMs: expiresMs, limits: limits)
        try await change { session, revision in
            if let tenant, try Tenant.read(tenant, session) == nil {
                throw AdministrationError.unknown(kind: "tenant", tenant)
            }
            try record.write(revision: revision, to: session)
        }
        return (key, record)
    }

    /// Changes a key: its name, its end and its limits. Whether it is revoked stays as it is.
    package func changeKey(
        _ id: String, _ change: @escaping @Sendable (inout KeyRecord) -> Void
    ) async throws -> KeyRecord {
        try await self.change { session, revision in
            guard var record = try KeyRecord.read(id, session) else {
                throw AdministrationError.unknown(kind: "key", id)
            }
            let revokedMs = record.revokedMs
            change(&record)
            record.revokedMs = revokedMs
            try record.limits.check()
            try record.write(revision: revision, to: session)
            return record
        }
    }

    /// From now on the key is refused: here at once, in other processes within `Authenticator.refreshMs`.
    package func revokeKey(_ id: String) async throws -> KeyRecord {
        try await change { [now = nowMs()] session, revision in
            guard var record = try KeyRecord.read(id, session) else {
                throw AdministrationError.unknown(kind: "key", id)
            }
            if record.revokedMs == nil { record.revokedMs = now }
            try record.write(revision: revision, to: session)
            return record
        }
    }

    /// Adds a version of a model's price in a tier. Requests that were admitted before keep theirs.
    /// - Parameter validFromMs: nil for now.
    package func setPrice(
        model: String, tier: ServiceTier, base: TokenPrices, windows: [PriceWindow] = [], validFromMs: Int64? = nil
    ) async throws -> PriceVersion {
        try await change { [nowMs] session, revision in
            // The time is read under the lock: whoever is admitted later with the old price has no later time.
            let now = nowMs()
            let number = (try session.first("SELECT COALESCE(MAX(number), 0) FROM prices")?.integer(0) ?? 0) + 1
            let version = try PriceVersion(
                number: number, model: model, tier: tier, validFromMs: validFromMs ?? now, createdMs: now, base: base,
                windows: windows)
            try session.execute(
                "INSERT INTO prices (\(PriceVersion.columns), revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                [version.values + [.integer(revision)]])
            return version
        }
    }

    /// Makes or changes a pool. What was settled before keeps its split.
    package func setPool(_ pool: Pool) async throws {
        guard Tenant.isID(pool.id) else { throw AdministrationError.badID(kind: "pool", pool.id) }
        guard Tenant.isID(pool.operatorID) else { throw AdministrationError.badID(kind: "operator", pool.operatorID) }
        try await change { session, revision in
            try session.execute(
                """
                INSERT INTO pools (id, operator, share, revision) VALUES ($1, $2, $3, $4)
                ON CONFLICT (id) DO UPDATE SET operator = excluded.operator, share = excluded.share,
                    revision = excluded.revision
                """, [pool.values + [.integer(revision)]])
        }
    }

    /// All tenants, keys, pools and prices as they are now.
    package func directory() async throws -> Directory { try await refreshed(Directory()) }

    /// What has changed since `directory` was read.
    func refreshed(_ directory: Directory) async throws -> Directory {
        try await database.read { session in
            guard let revision = try session.first("SELECT revision FROM ledger_head WHERE id = 1")?.integer(0) else {
                throw StoreError.corrupt("ledger_head has no row")
            }
            var directory = directory
            try directory.refresh(to: revision, from: session)
            return directory
        }
    }
}

extension Limits {
    /// - Throws: `AdministrationError.badLimit`.
    func check() throws(AdministrationError) {
        let numbers = [
            ("requests-per-minute", requestsPerMinute), ("tokens-per-minute", tokensPerMinute),
            ("concurrent-requests", concurrentRequests),
        ]
        for case (let name, let number?) in numbers where !Self.range.contains(number) {
            throw .badLimit(name: name, value: "\(number)")
        }
        if let monthlyBudget, monthlyBudget < .zero {
            throw .badLimit(name: "monthly-budget", value: "\(monthlyBudget)")
        }
    }
}
