/// A segment with its price: one line of usage.
package struct UsageLine: Sendable, Hashable {
    package let requestID: String
    package let tenant: String
    package let keyID: String?
    package let model: String
    package let tier: ServiceTier
    package let segment: SegmentUsage
    package let outcome: Outcome
    /// nil when the model had no price.
    package let priceVersion: Int64?
    /// The most that the whole request could cost: what admission had set aside.
    package let reserved: PicoUSD
    /// What the tenant pays for it.
    package let charge: PicoUSD
    /// The owner of the pool at that time.
    package let operatorID: String
    /// The operator's part of the charge; the rest is the platform's.
    package let earned: PicoUSD
    /// What the platform pays the operator for tokens that had to be computed again.
    package let replayPay: PicoUSD
    /// When the request was admitted: the time that its price is of.
    package let startedMs: Int64
    package let endedMs: Int64
    /// The entry with its postings; nil when no money moved.
    package let entryID: String?
}
