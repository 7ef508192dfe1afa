/// What a request used, said once at its end.
package struct SettlementRequest: Sendable, Hashable {
    package let requestID: String
    package let outcome: Outcome
    package let segments: [SegmentUsage]

    package init(requestID: String, outcome: Outcome, segments: [SegmentUsage]) {
        self.requestID = requestID
        self.outcome = outcome
        self.segments = segments
    }
}

/// A request's end in the ledger: its usage, its postings, and what to give back of its limits.
package struct Settlement: Sendable, Hashable {
    package let lines: [UsageLine]
    /// nil when no money moves.
    package let entry: EntryDraft?
    package let charge: PicoUSD
    /// Prompt and output tokens that were delivered.
    package let tokens: Int
}
