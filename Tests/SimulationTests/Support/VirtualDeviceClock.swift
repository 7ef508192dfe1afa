import Simulation
import Synchronization

/// Time that passes only when a device waits.
final class VirtualDeviceClock: DeviceClock {
    struct Log: Sendable {
        var now = 0.0
        /// How long each wait was.
        var waits: [Double] = []
        var deaths = 0
    }

    private let log = Mutex(Log())

    var soFar: Log { log.withLock { $0 } }
    var now: Double { log.withLock { $0.now } }

    func wait(until deadline: Double, shouldAbandon: () -> Bool) -> Bool {
        if shouldAbandon() { return false }
        log.withLock { log in
            log.waits.append(deadline - log.now)
            log.now = deadline
        }
        return true
    }

    func die() { log.withLock { $0.deaths += 1 } }
}
