package import OpenAI
import Synchronization

/// The requests that are being served, so that a server that is told to stop can let them finish.
package final class RunningRequests: Sendable {
    private struct State {
        /// The generation of each running request; nil while it has none yet.
        var streams: [Int: GenerationStream?] = [:]
        var nextNumber = 0
        var isDraining = false
        /// Set when the time is up: what a request that still runs fails with.
        var verdict: APIError?
        /// Those who wait until the last request has left, by a number of their own.
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]

        mutating func makeNumber() -> Int {
            nextNumber += 1
            return nextNumber
        }
    }

    /// What is said to those who are not let in any more, and to those whose time is up.
    package let refusal: APIError
    private let state = Mutex(State())

    package init(refusal: APIError = .shuttingDown) { self.refusal = refusal }

    package var isDraining: Bool { state.withLock { $0.isDraining } }

    package var count: Int { state.withLock { $0.streams.count } }

    /// Lets a request in, unless the server is shutting down.
    package func admit() throws(APIError) -> Slot {
        let number = state.withLock { state -> Int? in
            guard !state.isDraining else { return nil }
            let number = state.makeNumber()
            state.streams[number] = .some(nil)
            return number
        }
        guard let number else { throw refusal }
        return Slot(number: number, requests: self)
    }

    /// From now on nothing is admitted.
    package func startDraining() { state.withLock { $0.isDraining = true } }

    /// Waits until the last request has left, or the waiting task is cancelled.
    package func waitUntilEmpty() async {
        let number = state.withLock { $0.makeNumber() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isOver = state.withLock { state in
                    if Task.isCancelled || state.streams.isEmpty { return true }
                    state.waiters[number] = waiter
                    return false
                }
                if isOver { waiter.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }

    /// Ends every generation that still runs.
    package func cancelAll(throwing error: APIError) {
        let streams = state.withLock { state in
            state.verdict = error
            return state.streams.values.compactMap { $0 }
        }
        for stream in streams { stream.cancel(throwing: error) }
    }

    private func attach(_ stream: GenerationStream, to number: Int) {
        let verdict = state.withLock { state in
            state.streams[number] = stream
            return state.verdict
        }
        if let verdict { stream.cancel(throwing: verdict) }
    }

    private func leave(_ number: Int) -> GenerationStream? {
        let (stream, waiters) = state.withLock { state in
            let stream = state.streams.removeValue(forKey: number) ?? nil
            guard state.streams.isEmpty else { return (stream, [Int: CheckedContinuation<Void, Never>]()) }
            defer { state.waiters = [:] }
            return (stream, state.waiters)
        }
        for waiter in waiters.values { waiter.resume() }
        return stream
    }

    /// The place of one request. When it is dropped, on whatever way, the request has left and its generation,
    /// if it has not ended, is cancelled.
    package final class Slot: Sendable {
        private let number: Int
        private let requests: RunningRequests

        fileprivate init(number: Int, requests: RunningRequests) {
            self.number = number
            self.requests = requests
        }

        deinit { requests.leave(number)?.cancel() }

        package func attach(_ stream: GenerationStream) { requests.attach(stream, to: number) }
    }
}
