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
    /// - Throws: the first error, once all the others are settled.
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
        if let error = await expire(ids) { throw error }
        return ids.count
    }

    /// All at once, so that they share transactions.
    /// - Returns: the error of the first that cannot be settled.
    private func expire(_ ids: [String]) async -> LedgerError? {
        await withTaskGroup(of: (place: Int, error: LedgerError)?.self) { group in
            for (place, id) in ids.enumerated() {
                group.addTask { [writer] in
                    do throws(LedgerError) {
                        _ = try await writer.perform(.expire(requestID: id))
                        return nil
                    } catch {
                        return (place, error)
                    }
                }
            }
            var failures: [(place: Int, error: LedgerError)] = []
            for await failure in group { if let failure { failures.append(failure) } }
            return failures.min { $0.place < $1.place }?.error
        }
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

    /// Ends the work: what waits is still done, and what comes is refused.
    package func close() async {
        await writer.close()
        await database.close()
    }
}
