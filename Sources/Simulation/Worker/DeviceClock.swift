import Glibc

/// The time in which a simulated device lives.
package protocol DeviceClock: Sendable {
    /// Seconds since some moment.
    var now: Double { get }

    /// Returns true at `deadline`, or false within a few milliseconds after `shouldAbandon` has begun to say so.
    func wait(until deadline: Double, shouldAbandon: () -> Bool) -> Bool

    /// Ends the process without a word, as a lost machine does.
    func die()
}

/// The system's time: waiting takes no processor time but a look every few milliseconds.
package struct SystemDeviceClock: DeviceClock {
    private static let longestNap = 0.002

    package init() {}

    package var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    package func wait(until deadline: Double, shouldAbandon: () -> Bool) -> Bool {
        while !shouldAbandon() {
            let now = now
            if now >= deadline { return true }
            sleep(until: min(deadline, now + Self.longestNap))
        }
        return false
    }

    private func sleep(until moment: Double) {
        let seconds = moment.rounded(.down)
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int((moment - seconds) * 1e9))
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil)
    }

    package func die() { kill(getpid(), SIGKILL) }
}
