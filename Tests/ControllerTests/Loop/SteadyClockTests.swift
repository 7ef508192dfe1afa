import Controller
import Kubernetes
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10))) struct SteadyClockTests {
    /// A computer whose time of day is set by hand.
    private final class Clocks: Sendable {
        private let state = Mutex((elapsed: Duration.zero, wall: 1_000_000_000_000))

        var time: TimeSource {
            TimeSource(
                monotonic: { self.state.withLock { $0.elapsed } },
                wall: { Timestamp(microseconds: self.state.withLock { $0.wall }) }, sleep: { _ in }, chance: { 0.5 })
        }

        func pass(_ seconds: Int) {
            state.withLock { $0 = ($0.elapsed + .seconds(seconds), $0.wall + seconds * 1_000_000) }
        }

        func set(by seconds: Int) { state.withLock { $0.wall += seconds * 1_000_000 } }
        var wallMs: Int64 { Int64(time.wall().microseconds / 1000) }
    }

    @Test func itIsTheSystemsTimeOfDay() {
        let clocks = Clocks()
        let clock = SteadyClock(clocks.time)
        for _ in 0..<3 {
            #expect(clock.nowMs == clocks.wallMs && clock.isTrue)
            clocks.pass(7)
        }
    }

    @Test func setForwardItFollowsAtOnce() {
        let clocks = Clocks()
        let clock = SteadyClock(clocks.time)
        clocks.set(by: 3600)
        #expect(clock.nowMs == clocks.wallMs && clock.isTrue)
    }

    @Test func setBackItNeverGoesBackAndCatchesUp() {
        let clocks = Clocks()
        let clock = SteadyClock(clocks.time)
        let before = clock.nowMs
        clocks.set(by: -3600)
        #expect(clock.nowMs == before && !clock.isTrue)
        clocks.pass(100)
        #expect(clock.nowMs == before + 50_000, "waits take twice as long at most")
        clocks.pass(7100)
        #expect(clock.nowMs == clocks.wallMs && clock.isTrue)
        clocks.pass(10)
        #expect(clock.nowMs == clocks.wallMs)
    }
}
