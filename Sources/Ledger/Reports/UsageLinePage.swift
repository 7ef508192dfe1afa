/// Where a page of lines ended.
package struct UsageCursor: Sendable, Hashable {
    let endedMs: Int64
    let requestID: String
    let segment: Int64
}

/// A line of usage as it leaves the house.
package struct ExportedUsage: Sendable, Hashable {
    package let line: UsageLine
    /// Whether nobody pays for the request: it failed, or not one token of it was delivered by any of its segments.
    package let isFree: Bool
}

package struct UsageLinePage: Sendable, Hashable {
    package let lines: [ExportedUsage]
    /// nil on the last page.
    package let next: UsageCursor?
}

extension Ledger {
    /// A tenant's lines of usage by the time of their end, page by page.
    ///
    /// Asking again for a time that is over gives the same lines.
    /// - Parameter limit: 1...10,000.
    package func usageLines(
        tenant: String, startMs: Int64, endMs: Int64, after: UsageCursor? = nil, limit: Int = 1000
    ) async throws -> UsageLinePage {
        guard (1...10_000).contains(limit) else { throw ReportError.badLimit(limit, most: 10_000) }
        guard startMs < endMs else { throw ReportError.badRange(startMs: startMs, endMs: endMs) }
        let query = """
            SELECT \(UsageLine.columns), (
                SELECT CAST(SUM(r.output_tokens) AS BIGINT) FROM usage_lines r WHERE r.request_id = u.request_id)
            FROM usage_lines u
            WHERE tenant = $1 AND ended_ms >= $2 AND ended_ms < $3 AND (ended_ms, request_id, segment) > ($2, $4, $5)
            ORDER BY ended_ms, request_id, segment LIMIT $6
            """
        let arguments: [SQLValue] = [
            .text(tenant), .integer(after?.endedMs ?? startMs), .integer(endMs), .text(after?.requestID ?? ""),
            .integer(after?.segment ?? -1), SQLValue(limit),
        ]
        let lines = try await database.read { session in
            try session.query(query, arguments).map { row in
                let line = try UsageLine(row: row)
                let outputTokens = try row.integer(UsageLine.numColumns)
                return ExportedUsage(line: line, isFree: line.outcome == .failed || outputTokens == 0)
            }
        }
        let last = lines.count == limit ? lines.last?.line : nil
        return UsageLinePage(
            lines: lines,
            next: last.map { line in
                UsageCursor(endedMs: line.endedMs, requestID: line.requestID, segment: Int64(line.segment.index))
            })
    }
}
