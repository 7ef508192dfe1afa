package import Kubernetes
import Synchronization

/// The time of day as decisions see it: it never goes back, so that no wait of an owner's grows when somebody sets the
/// clock.
///
/// Set forward, it follows at once. Set back, it goes on at half its speed until the system's clock has caught up.
package final class SteadyClock: Sendable {
    private struct State {
        var readAt: Duration
        var microseconds: Int
    }

    private let time: TimeSource
    private let state: Mutex<State>

    /// Windows are told in minutes: what is off by less starts nothing outside of one.
    static let tolerance = 60_000_000

    package init(_ time: TimeSource) {
        self.time = time
        state = Mutex(State(readAt: time.monotonic(), microseconds: time.wall().microseconds))
    }

    /// Unix milliseconds.
    package var nowMs: Int64 { Int64(read() / 1000) }

    /// Whether it is what the system's clock says, but for less than a minute. While it is not, nothing is started.
    package var isTrue: Bool { read() - time.wall().microseconds < Self.tolerance }

    private func read() -> Int {
        let (now, wall) = (time.monotonic(), time.wall().microseconds)
        return state.withLock { state in
            let elapsed = max(0, Int((now - state.readAt) / .microseconds(1)))
            state.readAt = max(now, state.readAt)
            let ahead = state.microseconds + elapsed - wall
            state.microseconds += ahead > 0 ? elapsed - min(elapsed / 2, ahead) : elapsed - ahead
            return state.microseconds
        }
    }
}
