import Dispatch

/// Permits for a thread that may block, such as the engine's.
final class BlockingQueue: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    func put() { semaphore.signal() }
    func take() { semaphore.wait() }
}
