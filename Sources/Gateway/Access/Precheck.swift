import Ledger

/// What admission is sure to refuse, told from the copy of the directory alone: it costs no way to the ledger, and a
/// request that cannot run costs no work on its prompt.
///
/// Admission decides again, on what the ledger says then. Balances, budgets and what runs at once change with every
/// request, so only admission can tell of them.
struct Precheck {
    let directory: Directory
    let nowMs: Int64

    func check(model: String, of buyer: Buyer) throws(Refusal) {
        // A copy that does not have the tenant yet says nothing.
        if let tenant = directory.tenants[buyer.tenant] {
            guard !tenant.isSuspended else { throw .suspended(tenant: tenant.id) }
            try check(model, tenant.limits, .tenant)
        }
        guard let key = buyer.keyID.flatMap({ directory.keys[$0] }) else { return }
        guard key.revokedMs == nil else { throw .keyRevoked(key.id) }
        if let expiresMs = key.expiresMs, expiresMs <= nowMs { throw .keyExpired(key.id) }
        try check(model, key.limits, .key)
    }

    private func check(_ model: String, _ limits: Limits, _ scope: Refusal.Scope) throws(Refusal) {
        guard limits.models?.contains(model) ?? true else { throw .modelNotAllowed(model, scope) }
    }
}
