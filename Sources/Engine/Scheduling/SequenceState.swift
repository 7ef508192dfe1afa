/// Names a sequence inside one engine.
package typealias SequenceID = Int

/// What the scheduler knows of a sequence: its tokens, how many of them have KV, and where that lies.
///
///     tokens   0 ────────── computed ─────────── tokens.count
///              │ KV in `blocks` │ pending: to run │
///
/// `0 ≤ computed < tokens.count`, because the last token is the one whose logits are still wanted, and
/// `blocks` covers at least `computed` tokens.
package struct SequenceState: Sendable {
    package let id: SequenceID
    /// Lower runs sooner.
    package let priority: Int
    /// Position in the order of arrival; decides inside a class.
    package let arrival: Int
    /// Tokens that the client sent; generated ones, here or elsewhere, come behind them.
    package let promptCount: Int
    package private(set) var tokens: [Int32]
    package internal(set) var computed = 0
    package internal(set) var blocks: [Int32] = []
    /// Keys of the full blocks of `tokens`, as far as they were needed.
    private(set) var keys: [BlockKey] = []
    private let root: BlockKey

    /// - Parameter resumed: tokens that were generated elsewhere.
    package init(
        id: SequenceID, prompt: [Int32], resumed: [Int32] = [], priority: Int, arrival: Int, root: BlockKey
    ) {
        precondition(!prompt.isEmpty, "a sequence needs at least one token")
        self.id = id
        self.priority = priority
        self.arrival = arrival
        self.root = root
        promptCount = prompt.count
        tokens = prompt + resumed
    }

    /// Tokens without KV.
    package var pendingCount: Int { tokens.count - computed }
    /// Only the newest token is pending, and it was generated.
    package var isDecoding: Bool { pendingCount == 1 && tokens.count > promptCount }

    mutating func append(_ token: Int32) {
        precondition(pendingCount == 0, "a token was sampled before its step was committed")
        tokens.append(token)
    }

    /// Nothing of it is computed any more.
    mutating func forgetKV() {
        blocks = []
        computed = 0
    }

    /// Extends `keys` to the first `count` full blocks.
    mutating func extendKeys(to count: Int, blockTokens: Int) {
        while keys.count < count {
            let start = keys.count * blockTokens
            keys.append((keys.last ?? root).child(tokens[start..<start + blockTokens]))
        }
    }

    /// Runs before `other`: a lower class, then earlier arrival.
    func isMoreUrgent(than other: SequenceState) -> Bool {
        (priority, arrival) < (other.priority, other.arrival)
    }
}

extension [SequenceState] {
    /// Inserts in order of urgency.
    mutating func insertByUrgency(_ sequence: SequenceState) {
        let place = firstIndex { sequence.isMoreUrgent(than: $0) } ?? endIndex
        insert(sequence, at: place)
    }

    func place(of id: SequenceID) -> Int? { firstIndex { $0.id == id } }
}
