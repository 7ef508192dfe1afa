extension UsageLine {
    package static let columns = """
        request_id, segment, tenant, key_id, model, tier, worker, pool, prompt_tokens, cached_tokens, output_tokens,
        unsent_tokens, prefilled_tokens, replayed_tokens, outcome, price_version, reserved, charge, operator, earned,
        replay_pay, started_ms, ended_ms, entry_id, began
        """
    /// How many they are: the place of what a query has behind them.
    static let numColumns = 25
    /// `$1, $2, …` for a row of all columns.
    static let parameters = (1...numColumns).map { "$\($0)" }.joined(separator: ", ")

    var values: [SQLValue] {
        [
            .text(requestID), SQLValue(segment.index), .text(tenant), SQLValue(keyID), .text(model),
            .text(tier.rawValue), .text(segment.worker), .text(segment.pool), SQLValue(segment.promptTokens),
            SQLValue(segment.cachedTokens), SQLValue(segment.outputTokens), SQLValue(segment.unsentTokens),
            SQLValue(segment.prefilledTokens), SQLValue(segment.replayedTokens), .text(outcome.rawValue),
            SQLValue(priceVersion), .line(reserved), .line(charge), .text(operatorID), .line(earned), .line(replayPay),
            .integer(startedMs), .integer(endedMs), SQLValue(entryID), SQLValue(segment.began?.rawValue),
        ]
    }

    package init(row: SQLRow) throws(StoreError) {
        self.init(
            requestID: try row.text(0), tenant: try row.text(2), keyID: try row.optionalText(3),
            model: try row.text(4), tier: try row.name(5, ServiceTier.self),
            segment: SegmentUsage(
                index: Int(try row.integer(1)), worker: try row.text(6), pool: try row.text(7),
                promptTokens: Int(try row.integer(8)), cachedTokens: Int(try row.integer(9)),
                outputTokens: Int(try row.integer(10)), unsentTokens: Int(try row.integer(11)),
                prefilledTokens: Int(try row.integer(12)), replayedTokens: Int(try row.integer(13)),
                began: try row.optionalName(24, SegmentUsage.Beginning.self)),
            outcome: try row.name(14, Outcome.self), priceVersion: try row.optionalInteger(15),
            reserved: try row.line(16), charge: try row.line(17), operatorID: try row.text(18),
            earned: try row.line(19), replayPay: try row.line(20), startedMs: try row.integer(21),
            endedMs: try row.integer(22), entryID: try row.optionalText(23))
    }
}
