import Routing

/// Choices that wait beside the queue: those that a worker did not finish, and those that only workers can hold which
/// are not there now. By tier, and then in the order in which they came.
struct ReturnedChoices: Sendable {
    private var choices: [WaitingChoice] = []

    /// How many are looked at for one that can go: what waits for a worker of its own must not hold up the others.
    private static let reach = 32

    var count: Int { choices.count }

    /// The tokens that they are expected to bring.
    var tokens: Double { choices.reduce(0) { $0 + $1.shape.expectedOutputTokens } }

    func contains(_ entryID: String) -> Bool { choices.contains { $0.entry.id == entryID } }

    /// Those that may go before a request of `tier`; nil: all.
    func candidates(before tier: QueueTier?) -> [WaitingChoice] {
        Array(choices.prefix { choice in tier.map { choice.tier <= $0 } ?? true }.prefix(Self.reach))
    }

    mutating func insert(_ choice: WaitingChoice) {
        choices.insert(choice, at: choices.firstIndex { $0.tier > choice.tier } ?? choices.endIndex)
    }

    mutating func remove(_ entryID: String) { choices.removeAll { $0.entry.id == entryID } }

    /// One whose time is up.
    mutating func removeLate(nowMs: Int64) -> WaitingChoice? {
        choices.firstIndex { $0.deadlineMs <= nowMs }.map { choices.remove(at: $0) }
    }
}
