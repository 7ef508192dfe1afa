extension Verification {
    mutating func checkUsage() throws {
        let history = try read("prices") { try PriceHistory(session) }
        try forEachGroup(UsageRequest.query) { rows in
            let request = try UsageRequest(rows, self)
            if try request.isCapped(history, self) { totals.cappedRequests += 1 }
            count(request)
        }
        try checkUsageOfEntries()
    }

    private mutating func count(_ request: UsageRequest) {
        totals.requests += 1
        for line in request.lines {
            totals.usageLines += 1
            totals.promptTokens += line.segment.promptTokens
            totals.cachedTokens += line.segment.cachedTokens
            totals.outputTokens += line.segment.outputTokens
            totals.unsentTokens += line.segment.unsentTokens
            totals.prefilledTokens += line.segment.prefilledTokens
            totals.charged += line.charge
            count()
        }
    }

    /// Every usage entry has lines of usage.
    private func checkUsageOfEntries() throws {
        let query = """
            SELECT e.number, e.id FROM entries e WHERE e.kind = 'usage' AND NOT EXISTS (
                SELECT 1 FROM usage_lines u WHERE u.request_id = SUBSTR(e.id, 9) AND u.entry_id = e.id)
            ORDER BY e.number LIMIT 1
            """
        guard let row = try session.first(query) else { return }
        throw discrepancy(
            "entry \(try row.integer(0))", "the lines of usage of '\(try row.text(1))'", expected: "there",
            found: "missing")
    }
}
