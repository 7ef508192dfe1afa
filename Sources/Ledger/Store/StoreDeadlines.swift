/// How long a store may try before it answers ``StoreError/unavailable(_:)``.
///
/// A unit of work's time runs from the call, not from its turn, so a queue behind a dead server empties at once when
/// its first unit gives up; no caller waits longer than about twice its deadline.
package struct StoreDeadlines: Sendable, Hashable {
    /// To open a connection.
    package var connect: Duration
    /// For a whole write, and for a flush.
    package var write: Duration
    /// For a whole read.
    package var read: Duration

    package init(
        connect: Duration = .seconds(5), write: Duration = .seconds(5), read: Duration = .seconds(60)
    ) {
        self.connect = connect
        self.write = write
        self.read = read
    }
}

extension Duration {
    /// Whole milliseconds, at least 1 and at most about 24 days, as C timeouts want them.
    var boundedMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        return Int32(max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }
}
