/// What a request used, said once at its end.
package struct SettlementRequest: Sendable, Hashable {
    package let requestID: String
    package let outcome: Outcome
    package let segments: [SegmentUsage]
    /// What it was admitted with. It is settled from this copy where the database has lost its own: an admission is
    /// answered before it survives a crash of the database's server.
    package let reservation: Reservation?

    package init(
        requestID: String, outcome: Outcome, segments: [SegmentUsage], reservation: Reservation? = nil
    ) {
        self.requestID = requestID
        self.outcome = outcome
        self.segments = segments
        self.reservation = reservation
    }

    /// The copy, if it is of this request.
    var copy: Reservation? { reservation?.request.requestID == requestID ? reservation : nil }
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
