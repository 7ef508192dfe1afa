/// What one step runs, as the scheduler decided it.
package struct StepPlan: Sendable, Equatable {
    /// One sequence's part of the step.
    package struct Entry: Sendable, Equatable {
        package let id: SequenceID
        /// Positions of the tokens to run.
        package let range: Range<Int>
        /// The range ends the sequence's tokens, so its last logits choose the next one.
        package let isLast: Bool

        package init(id: SequenceID, range: Range<Int>, isLast: Bool) {
            self.id = id
            self.range = range
            self.isLast = isLast
        }
    }

    /// A sequence that left the queue in this step.
    package struct Admission: Sendable, Equatable {
        package let id: SequenceID
        /// Tokens whose KV was found in the prefix cache.
        package let cachedTokens: Int

        package init(id: SequenceID, cachedTokens: Int) {
            self.id = id
            self.cachedTokens = cachedTokens
        }
    }

    package var entries: [Entry] = []
    package var admitted: [Admission] = []
    package var preempted: [SequenceID] = []

    /// Takes back the last token of these sequences, as if it had not run: its logits were not looked at, and are still
    /// wanted.
    package mutating func withdrawLast(of ids: Set<SequenceID>) {
        entries = entries.compactMap { entry in
            guard entry.isLast, ids.contains(entry.id) else { return entry }
            let range = entry.range.dropLast()
            return range.isEmpty ? nil : Entry(id: entry.id, range: range, isLast: false)
        }
    }

    package var tokenCount: Int { entries.reduce(0) { $0 + $1.range.count } }
}
