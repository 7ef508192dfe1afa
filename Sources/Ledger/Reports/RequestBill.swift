/// What one request cost: Hugging Face's billing asks for these.
package struct RequestBill: Sendable, Hashable {
    package let requestID: String
    /// Nano-USD, the next whole one above.
    package let nanoUSD: Int64

    /// The most requests of one call.
    package static let maximumIDs = 10_000
}

extension Ledger {
    /// What a tenant's requests cost, in the order of the ids. Ids that are unknown, still open or another tenant's are
    /// left out; a request whose entry was reversed cost nothing.
    /// - Throws: `ReportError.tooManyIDs`, `StoreError`.
    package func billing(requestIDs: [String], tenant: String) async throws -> [RequestBill] {
        guard requestIDs.count <= RequestBill.maximumIDs else {
            throw ReportError.tooManyIDs(requestIDs.count, most: RequestBill.maximumIDs)
        }
        // What cannot be an id is unknown; U+0000 would be refused by the store.
        let ids = requestIDs.filter {
            (1...EntryDraft.maximumIDBytes).contains($0.utf8.count) && !$0.utf8.contains(0)
        }
        // The tenant is no condition: SQLite would rather scan all of the tenant's lines than look up the request.
        let query = """
            SELECT u.tenant, CAST(SUM(CASE WHEN r.number IS NULL THEN u.charge ELSE 0 END) AS BIGINT)
            FROM usage_lines u LEFT JOIN entries r ON r.reverses = u.entry_id
            WHERE u.request_id = $1 GROUP BY u.tenant
            """
        let answers = try await database.read { session in try session.queries(query, ids.map { [.text($0)] }) }
        var seen: Set<String> = []
        return try zip(ids, answers).compactMap { id, rows in
            guard let row = rows.first, row[0] == .text(tenant), seen.insert(id).inserted else { return nil }
            let charge = PicoUSD(pico: Int128(try row.integer(1)))
            return RequestBill(requestID: id, nanoUSD: Int64(charge.nanoRoundedUp))
        }
    }
}
