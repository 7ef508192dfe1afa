import Models

/// Lets the engine's thread stand at the start of a step until the test says so.
final class Turnstile: Sendable {
    private let entered = AsyncStream<RaggedBatch>.makeStream()
    private let permits = BlockingQueue()

    func pass(_ batch: RaggedBatch) {
        entered.continuation.yield(batch)
        permits.take()
    }

    /// Waits until the engine stands at the next step and says which.
    func next() async -> RaggedBatch? {
        for await batch in entered.stream { return batch }
        return nil
    }

    func open() { permits.put() }
}
