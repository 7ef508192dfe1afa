import Dispatch
import Simulation
import Synchronization

/// The time of a device whose steps take none, but pass only as far as the test allows: an answer stands still in its
/// middle for as long as the test wants.
final class StepGate: DeviceClock {
    /// Steps that may still pass; nil: any number.
    private let allowed: Mutex<Int?>

    private let change = DispatchSemaphore(value: 0)

    init(allowing steps: Int? = nil) { allowed = Mutex(steps) }

    let now = 0.0

    /// Lets any number of steps pass from now on.
    func open() { set(nil) }

    /// Lets so many more steps pass, and no more.
    func allow(_ steps: Int) { set(steps) }

    private func set(_ steps: Int?) {
        allowed.withLock { $0 = steps }
        change.signal()
    }

    /// Blocks the engine's own thread, which may stand still like a device.
    func wait(until deadline: Double, shouldAbandon: () -> Bool) -> Bool {
        while !pass() {
            if shouldAbandon() { return false }
            // Nobody tells the clock that the step is not wanted any more: it looks now and then.
            _ = change.wait(timeout: .now() + .milliseconds(5))
        }
        return true
    }

    func die() {}

    private func pass() -> Bool {
        allowed.withLock { allowed in
            guard let left = allowed else { return true }
            guard left > 0 else { return false }
            allowed = left - 1
            return true
        }
    }
}
