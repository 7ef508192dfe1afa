/// Tenants, keys, pools and prices as of one revision: what admission and settlement look things up in.
///
/// Every change of one of them raises the revision in the database and marks its row with it, so that a process
/// that knows an older one reads only what has changed.
package struct Directory: Sendable {
    package private(set) var revision: Int64 = -1
    package private(set) var tenants: [String: Tenant] = [:]
    package private(set) var keys: [String: KeyRecord] = [:]
    package private(set) var pools: [String: Pool] = [:]
    private var versions: [Int64: PriceVersion] = [:]
    package private(set) var prices = PriceBook([])

    package init() {}

    /// Every version of every price, oldest first.
    package var priceVersions: [PriceVersion] { versions.values.sorted { $0.number < $1.number } }

    /// Reads what has changed since this revision, if the database is at another one.
    mutating func refresh(to revision: Int64, from session: any SQLSession) throws {
        guard revision != self.revision else { return }
        let since = [SQLValue.integer(self.revision)]
        try session.forEach("SELECT \(Tenant.columns) FROM tenants WHERE revision > $1", since) {
            let tenant = try Tenant(row: $0)
            tenants[tenant.id] = tenant
        }
        try session.forEach("SELECT \(KeyRecord.columns) FROM api_keys WHERE revision > $1", since) {
            let key = try KeyRecord(row: $0)
            keys[key.id] = key
        }
        try session.forEach("SELECT id, operator, share FROM pools WHERE revision > $1", since) {
            let pool = try Pool(row: $0)
            pools[pool.id] = pool
        }
        let known = versions.count
        try session.forEach("SELECT \(PriceVersion.columns) FROM prices WHERE revision > $1", since) {
            let version = try PriceVersion(row: $0)
            versions[version.number] = version
        }
        if versions.count != known { prices = PriceBook(priceVersions) }
        self.revision = revision
    }
}
