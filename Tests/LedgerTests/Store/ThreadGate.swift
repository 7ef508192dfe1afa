import Dispatch
import Foundation

/// Opened once; bodies of transactions, which have a thread of their own, wait for it there, and tests wait for it
/// without blocking a thread. Every wait ends after a minute, with an error.
final class ThreadGate: Sendable {
    struct NeverOpened: Error {}

    private let semaphore = DispatchSemaphore(value: 0)
    private let gate = Gate()

    func open() {
        semaphore.signal()
        gate.open()
    }

    /// Blocks the thread; once.
    func wait() throws {
        guard semaphore.wait(timeout: .now() + 60) == .success else { throw NeverOpened() }
    }

    /// Waits in a task.
    func opened() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { [gate] in
                await gate.wait()
                return true
            }
            group.addTask {
                try await Task.sleep(for: .seconds(60))
                return false
            }
            defer { group.cancelAll() }
            guard try await group.next() == true else { throw NeverOpened() }
        }
    }
}
