/// A tenant with its money, all of one moment.
package struct TenantOverview: Sendable, Hashable {
    package let tenant: Tenant
    package let balance: PicoUSD
    /// The most that its open requests can still cost.
    package let reserved: PicoUSD
    package let numOpen: Int
    /// In the calendar month (UTC) of that moment.
    package let spent: PicoUSD

    /// What the next request may cost; nil where there is no limit.
    package var available: PicoUSD? { tenant.creditLimit.map { max(.zero, balance + $0 - reserved) } }
}

/// An entry and what became of it.
package struct EntryTrace: Sendable, Hashable {
    package let entry: Entry
    /// The id of the entry that took it back.
    package let reversedBy: String?
}

/// All that the ledger has about one request.
package struct RequestTrace: Sendable, Hashable {
    package let requestID: String
    /// While it is open.
    package let reservation: Reservation?
    /// Its usage once it is settled, by segment.
    package let lines: [UsageLine]
    /// The price versions that its lines name.
    package let prices: [PriceVersion]
    /// Its entry; nil when no money moved.
    package let entry: EntryTrace?
}

extension Ledger {
    /// Every tenant, by id.
    package func tenantOverviews() async throws -> [TenantOverview] {
        try await database.read { [month = CalendarMonth(containingMs: nowMs())] session in
            let rows = try session.query("SELECT \(Tenant.columns) FROM tenants ORDER BY id")
            return try TenantOverview.of(rows.map { try Tenant(row: $0) }, month: month, session)
        }
    }

    /// nil where there is no such tenant.
    package func tenantOverview(_ id: String) async throws -> TenantOverview? {
        try await database.read { [month = CalendarMonth(containingMs: nowMs())] session in
            guard let tenant = try Tenant.read(id, session) else { return nil }
            return try TenantOverview.of([tenant], month: month, session).first
        }
    }

    /// nil where the ledger has never heard of the request, or it ended before anything was delivered.
    package func trace(requestID: String) async throws -> RequestTrace? {
        try await database.read { try RequestTrace.read(requestID, $0) }
    }

    /// The entry with an id; nil where there is none.
    package func entry(id: String) async throws -> EntryTrace? {
        try await database.read { try EntryTrace.read(id, $0) }
    }

    /// The entry at a place of the ledger, from 1; nil where there is none.
    package func entry(number: Int64) async throws -> EntryTrace? {
        try await database.read { session in
            let row = try session.first("SELECT id FROM entries WHERE number = $1", [.integer(number)])
            return try row.flatMap { try EntryTrace.read(try $0.text(0), session) }
        }
    }
}

extension TenantOverview {
    fileprivate static func of(
        _ tenants: [Tenant], month: CalendarMonth, _ session: any SQLSession
    ) throws -> [TenantOverview] {
        let accounts = tenants.map { [SQLValue.text(Account.tenant($0.id).name)] }
        let balances = try session.queries("SELECT balance FROM balances WHERE account = $1", accounts)
        let ids = tenants.map { [SQLValue.text(MeterID.tenant($0.id).name)] }
        let meters = try session.queries("SELECT \(Meter.columns) FROM meters WHERE id = $1", ids)
        var overviews: [TenantOverview] = []
        for (place, tenant) in tenants.enumerated() {
            let meter = try meters[place].first.map { try Meter(row: $0) } ?? Meter()
            overviews.append(
                TenantOverview(
                    tenant: tenant, balance: try balances[place].first?.amount(0) ?? .zero, reserved: meter.reserved,
                    numOpen: meter.numOpen, spent: meter.month == month.index ? meter.spent : .zero))
        }
        return overviews
    }
}

extension EntryTrace {
    fileprivate static func read(_ id: String, _ session: any SQLSession) throws -> EntryTrace? {
        guard let entry = try Entry.read(id: id, from: session) else { return nil }
        let reversal = try session.first("SELECT id FROM entries WHERE reverses = $1", [.text(id)])
        return EntryTrace(entry: entry, reversedBy: try reversal?.text(0))
    }
}

extension RequestTrace {
    fileprivate static func read(_ id: String, _ session: any SQLSession) throws -> RequestTrace? {
        let open = try session.first(
            "SELECT \(Reservation.columns) FROM reservations WHERE request_id = $1", [.text(id)])
        let rows = try session.query(
            "SELECT \(UsageLine.columns) FROM usage_lines WHERE request_id = $1 ORDER BY segment", [.text(id)])
        guard open != nil || !rows.isEmpty else { return nil }
        let reservation = try open.map { try Reservation(row: $0) }
        let lines = try rows.map { try UsageLine(row: $0) }
        let numbers = Set(lines.compactMap(\.priceVersion) + [reservation?.price?.version].compactMap(\.self)).sorted()
        let prices = try session.queries(
            "SELECT \(PriceVersion.columns) FROM prices WHERE number = $1", numbers.map { [.integer($0)] })
        return RequestTrace(
            requestID: id, reservation: reservation, lines: lines,
            prices: try prices.joined().map { try PriceVersion(row: $0) },
            entry: try lines.compactMap(\.entryID).first.flatMap { try EntryTrace.read($0, session) })
    }
}
