/// What is compared, in this order.
package enum VerificationStep: String, Sendable, CaseIterable {
    /// Numbers without gaps, postings that balance, reversals, and the chain of hashes.
    case entries
    /// Balances against the postings.
    case balances
    /// What meters hold reserved against the open reservations, and those against their prices.
    case reservations
    /// Usage against prices and entries, both ways.
    case usage
    /// The sums of each hour against the lines of usage.
    case usageHours = "usage hours"
    /// Statements against postings and balances.
    case statements
    /// What closed workers counted against the lines of usage.
    case engineCounters = "engine counters"
}

/// How far a verification is.
package struct VerificationProgress: Sendable, Hashable {
    package let step: VerificationStep
    /// Of the step.
    package let rows: Int
}

/// What a verification found.
package struct VerificationReport: Sendable, Hashable {
    /// The first line that is not equal; nil when all are.
    package let discrepancy: Discrepancy?
    /// The steps that were completed, with their rows.
    package let steps: [VerificationProgress]
    package let totals: VerificationTotals
    /// Workers whose counters cannot be compared, because they never closed them, or because a request of theirs is
    /// still open.
    package let notComparable: [String]
    /// The hash of the last entry, in hexadecimal digits. Kept elsewhere, it proves later that no entry up to it has
    /// changed.
    package let head: String

    package var isSound: Bool { discrepancy == nil }
}

/// The same day in all books.
package struct VerificationTotals: Sendable, Hashable {
    package internal(set) var entries = 0
    package internal(set) var requests = 0
    package internal(set) var usageLines = 0
    package internal(set) var promptTokens = 0
    package internal(set) var cachedTokens = 0
    package internal(set) var outputTokens = 0
    package internal(set) var unsentTokens = 0
    package internal(set) var prefilledTokens = 0
    /// What the lines of usage charge.
    package internal(set) var charged = PicoUSD.zero
    /// What usage entries took from tenants.
    package internal(set) var posted = PicoUSD.zero
    /// Requests that were charged less than their tokens cost, because no more had been reserved.
    package internal(set) var cappedRequests = 0
    /// As closed workers counted them.
    package internal(set) var countedPromptTokens = 0
    package internal(set) var countedGeneratedTokens = 0

    package init() {}
}

/// A line that is not what it must be.
package struct Discrepancy: Error, Sendable, Hashable, CustomStringConvertible {
    package let step: VerificationStep
    /// `entry 17`, `request 'chatcmpl-1' segment 0`, `account tenant:acme`.
    package let place: String
    /// Which of its values.
    package let what: String
    package let expected: String
    package let found: String

    package var description: String {
        "\(step.rawValue): \(place): \(what) must be \(expected) and is \(found)."
    }
}
