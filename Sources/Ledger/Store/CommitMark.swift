/// Names a committed transaction, so that ``SQLDatabase/flush(_:)`` can say whether that very one is safe.
package struct CommitMark: Sendable, Hashable {
    /// Commits of one epoch become durable together. A new epoch begins where what came before may have been lost:
    /// the server restarted, or the disk refused a sync.
    package let epoch: Int
    /// Counts the commits of one ``SQLDatabase``.
    package let sequence: Int

    package init(epoch: Int, sequence: Int) {
        self.epoch = epoch
        self.sequence = sequence
    }
}

/// What a committed transaction returned, and its mark.
package struct Committed<Value: Sendable>: Sendable {
    package let value: Value
    package let mark: CommitMark

    package init(value: Value, mark: CommitMark) {
        self.value = value
        self.mark = mark
    }
}
