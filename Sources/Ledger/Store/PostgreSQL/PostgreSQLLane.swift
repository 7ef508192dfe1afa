import CPQ
import Dispatch

/// One connection and the thread that alone uses it. It connects when it is first used, and again after a loss.
final class PostgreSQLLane: @unchecked Sendable {
    private let queue: DispatchQueue
    private let target: PostgreSQLTarget
    private let deadlines: StoreDeadlines
    private let settings: String
    // Only touched on the queue, which makes this class safe to share.
    private var connection: PostgreSQLConnection?
    private var isClosed = false

    init(_ target: PostgreSQLTarget, _ deadlines: StoreDeadlines, settings: String, label: String) {
        queue = DispatchQueue(label: "ledger.postgresql.\(label)")
        self.target = target
        self.deadlines = deadlines
        self.settings = settings
    }

    /// Runs the unit on the lane's thread, after those before it.
    func async(_ unit: @escaping @Sendable (PostgreSQLLane) -> Void) {
        queue.async { unit(self) }
    }

    /// Runs the unit on the lane's thread and waits for it.
    func sync<R>(_ unit: (PostgreSQLLane) -> R) -> R {
        queue.sync { unit(self) }
    }

    /// A connection that was alive a moment ago; on the lane's thread only.
    /// - Parameter opened: called when a new one had to be made.
    func connect(
        until end: ContinuousClock.Instant, opened: () -> Void = {}
    ) throws(StoreError) -> PostgreSQLConnection {
        guard !isClosed else { throw .closed }
        if let connection, connection.isAlive() { return connection }
        connection = nil
        let now = ContinuousClock.now
        guard now < end else { throw .unavailable("\(target): too much work is waiting") }
        let new = try PostgreSQLConnection(target, settings: settings, until: min(end, now + deadlines.connect))
        connection = new
        opened()
        return new
    }

    /// Gives a connection up that is broken, still in a transaction or about to be cancelled; on the lane's thread only.
    func release(_ connection: PostgreSQLConnection, isDoubtful: Bool = false) {
        if connection.isBroken || connection.isInTransaction || isDoubtful { self.connection = nil }
    }

    /// Closes the connection; on the lane's thread only.
    func drop() { connection = nil }

    /// Closes the connection for good.
    func close() {
        sync { lane in
            lane.isClosed = true
            lane.drop()
        }
    }
}
