import Dispatch
import Synchronization

/// Lets concurrent callers share one sync (group commit): whoever comes while a sync runs waits for the next one, which
/// then covers all of them. A caller is never answered by a sync that began before it came.
final class SharedSync: Sendable {
    private struct State {
        var waiting: [WorkTicket<Int>] = []
        var isRunning = false
    }

    private let state = Mutex(State())
    private let queue: DispatchQueue
    private let sync: @Sendable () -> Result<Int, any Error>

    /// - Parameter sync: makes everything committed so far durable, and returns the epoch whose commits are; it runs on
    ///   one thread at a time and may block.
    init(label: String, sync: @escaping @Sendable () -> Result<Int, any Error>) {
        queue = DispatchQueue(label: label)
        self.sync = sync
    }

    /// - Returns: the epoch whose commits are durable.
    func callAsFunction() async throws -> Int {
        try await WorkTicket<Int>.run { ticket in
            let starts = state.withLock { state in
                state.waiting.append(ticket)
                defer { state.isRunning = true }
                return !state.isRunning
            }
            if starts { queue.async { self.drain() } }
        }
    }

    private func drain() {
        while true {
            let batch = state.withLock { state in
                let batch = state.waiting
                state.waiting = []
                if batch.isEmpty { state.isRunning = false }
                return batch
            }
            if batch.isEmpty { return }
            let begun = batch.filter { $0.begin() }
            guard !begun.isEmpty else { continue }
            let result = sync()
            for ticket in begun { ticket.finish(result) }
        }
    }
}
