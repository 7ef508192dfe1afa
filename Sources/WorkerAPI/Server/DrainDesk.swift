import Synchronization
import WebServer

/// Drains on request. Who asks again sets a new deadline, earlier or later.
final class DrainDesk: Sendable {
    private let work: Drain
    private let current = Mutex<Task<Void, Never>?>(nil)

    init(_ work: Drain) { self.work = work }

    deinit { current.withLock { $0?.cancel() } }

    /// Returns when nothing is admitted any more.
    /// - Parameter deadline: how long running requests may go on.
    func drain(deadline: Duration) {
        work.begin()
        let next = Task { [work] in await work.run(deadline: deadline) }
        let last = current.withLock { current in
            defer { current = next }
            return current
        }
        last?.cancel()
    }
}
