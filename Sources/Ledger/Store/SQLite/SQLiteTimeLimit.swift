import GRDBSQLite

/// Stops what a connection is doing when its time is over or nobody waits for it any more. SQLite asks every so many
/// instructions, and the answer cannot come too early, as an interrupt from another thread can.
final class SQLiteTimeLimit {
    private let connection: OpaquePointer
    private let end: ContinuousClock.Instant
    private let isCancelled: () -> Bool

    /// Some tens of microseconds of work.
    private static let instructions: Int32 = 10_000

    init(_ connection: OpaquePointer, until end: ContinuousClock.Instant, isCancelled: @escaping () -> Bool) {
        self.connection = connection
        self.end = end
        self.isCancelled = isCancelled
        sqlite3_progress_handler(
            connection, Self.instructions,
            { context in
                guard let context else { return 0 }
                return Unmanaged<SQLiteTimeLimit>.fromOpaque(context).takeUnretainedValue().isOver ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    private var isOver: Bool { isCancelled() || ContinuousClock.now >= end }

    /// Must be called before the connection does anything else: until then the connection knows this object by its
    /// address alone.
    func lift() { withExtendedLifetime(self) { sqlite3_progress_handler(connection, 0, nil, nil) } }
}
