import Synchronization

/// How many connections there are, against the most that may be.
final class ConnectionCount: Sendable {
    private let limit: Int
    private let count = Atomic<Int>(0)
    private let metrics: HTTPMetrics

    init(limit: Int, metrics: HTTPMetrics) {
        self.limit = limit
        self.metrics = metrics
    }

    /// Counts a connection in.
    /// - Returns: whether it is within the limit.
    func open() -> Bool {
        metrics.connectionOpened()
        return count.add(1, ordering: .relaxed).newValue <= limit
    }

    func close() {
        metrics.connectionClosed()
        count.subtract(1, ordering: .relaxed)
    }
}
