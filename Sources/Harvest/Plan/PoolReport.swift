package import Ledger

/// A status condition; the edge adds its times.
package struct Condition: Sendable, Hashable {
    package let type: String
    package let isTrue: Bool
    /// CamelCase.
    package let reason: String
    package let message: String

    package init(_ type: String, _ isTrue: Bool, _ reason: String, _ message: String) {
        self.type = type
        self.isTrue = isTrue
        self.reason = reason
        self.message = message
    }
}

/// What the status of a pool says.
package struct PoolReport: Sendable, Hashable {
    package let name: String
    package internal(set) var numGPUs = 0
    package internal(set) var numOwnerFree = 0
    package internal(set) var numIdle = 0
    package internal(set) var numLent = 0
    package internal(set) var conditions: [Condition] = []
    /// Why nodes stand unused, and how many for each reason.
    package internal(set) var obstacles: [String: Int] = [:]
    /// Why no more is started, for people.
    package internal(set) var whyNotMore: String?
    /// In a pool that only observes: what would have been.
    package internal(set) var observed: ObservedSums?

    package init(name: String) { self.name = name }
}

/// What a pool that only observes would have done since the controller began to look.
package struct ObservedSums: Sendable, Hashable {
    package var revenue: PicoUSD = .zero
    package var numStarted = 0
    package var numReclaimed = 0
    package var numServing = 0
}
