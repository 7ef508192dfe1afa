/// The one owner of money: tenants and keys, prices, reservations, usage, entries.
///
/// Several processes may have a ledger open on one database. What one of them decides is decided under a lock
/// on the newest state, so no two can spend the same balance.
package final class Ledger: Sendable {
    package let database: any SQLDatabase
    let writer: LedgerWriter
    /// The wall clock, Unix milliseconds.
    package let nowMs: @Sendable () -> Int64

    /// How long a reservation stands without a sign of life from its server.
    package static let leaseMs: Int64 = 60_000

    /// Opens the ledger of a database and brings its schema up to date.
    /// - Parameter nowMs: the wall clock, Unix milliseconds.
    package init(
        database: any SQLDatabase, leaseMs: Int64 = Ledger.leaseMs, nowMs: @escaping @Sendable () -> Int64
    ) async throws {
        try await Migration.run(Migration.ledger, on: database, nowMs: nowMs())
        self.database = database
        self.nowMs = nowMs
        writer = LedgerWriter(database: database, leaseMs: leaseMs, nowMs: nowMs)
    }

    // MARK: Requests

    /// Sets aside the most that a request can cost. Asking again with the same request changes nothing.
    package func admit(_ request: AdmissionRequest) async throws(LedgerError) -> Admission {
        guard case .admitted(let admission) = try await writer.perform(.admit(request)) else { throw .closed }
        return admission
    }

    /// Keeps what was delivered so far, and with it the reservation: what is settled if this server dies.
    package func note(_ progress: [SegmentUsage], of requestID: String) async throws(LedgerError) {
        _ = try await writer.perform(.note(requestID: requestID, progress: progress))
    }

    /// Charges what was delivered and releases the rest. When it returns it survives a loss of power. Saying it
    /// again changes nothing.
    package func settle(_ request: SettlementRequest) async throws(LedgerError) -> SettledRequest {
        guard case .settled(let settled) = try await writer.perform(.settle(request)) else { throw .closed }
        return settled
    }

    /// Settles every reservation whose server has not spoken for too long, from its last safe progress.
    /// - Returns: how many there were.
    package func expireReservations() async throws(LedgerError) -> Int {
        let ids: [String]
        do {
            ids = try await database.read { [now = nowMs()] session in
                let query = "SELECT request_id FROM reservations WHERE expires_ms <= $1 ORDER BY expires_ms LIMIT 1000"
                return try session.query(query, [.integer(now)]).map { try $0.text(0) }
            }
        } catch {
            throw LedgerError(error)
        }
        for id in ids { _ = try await writer.perform(.expire(requestID: id)) }
        return ids.count
    }

    // MARK: Entries

    /// Adds an entry; one that stands already changes nothing.
    package func post(_ draft: EntryDraft) async throws(LedgerError) -> Entry {
        guard case .posted(let entry) = try await writer.perform(.post(draft)) else { throw .closed }
        return entry
    }

    /// Takes an entry back by its opposite.
    /// - Parameter id: of the new entry.
    package func reverse(entryID: String, id: String) async throws(LedgerError) -> Entry {
        guard case .posted(let entry) = try await writer.perform(.reverse(entryID: entryID, id: id)) else {
            throw .closed
        }
        return entry
    }

    /// What a tenant pays in.
    /// - Parameter id: of the payment, at its source; paying it in again changes nothing.
    package func deposit(_ amount: PicoUSD, tenant: String, id: String) async throws(LedgerError) -> Entry {
        let draft: EntryDraft
        do {
            draft = try EntryDraft(
                id: "deposit:" + id, kind: .deposit, timeMs: nowMs(),
                postings: [Posting(.deposits, -amount), Posting(.tenant(tenant), amount)])
        } catch {
            throw .entry(error)
        }
        return try await post(draft)
    }

    /// What an operator is paid.
    package func payOut(_ amount: PicoUSD, operatorID: String, id: String) async throws(LedgerError) -> Entry {
        let draft: EntryDraft
        do {
            draft = try EntryDraft(
                id: "payout:" + id, kind: .payout, timeMs: nowMs(),
                postings: [Posting(.operator(operatorID), -amount), Posting(.payouts, amount)])
        } catch {
            throw .entry(error)
        }
        return try await post(draft)
    }

    /// Ends the work; what waits is still done.
    package func close() async {
        await writer.close()
        await database.close()
    }
}
