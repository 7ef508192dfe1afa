package import Kubernetes
import Synchronization

/// Tells one listener that something has changed; many rings before it listens are one.
package final class Bell: Sendable {
    private struct State {
        var isRung = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    package func ring() { wake { $0.isRung = true } }

    /// Waits until it was rung since the last wait, or the task is cancelled.
    package func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isOver = state.withLock { state in
                    if Task.isCancelled || state.isRung {
                        state.isRung = false
                        return true
                    }
                    state.waiter = waiter
                    return false
                }
                if isOver { waiter.resume() }
            }
        } onCancel: {
            wake { _ in }
        }
    }

    /// Waits no longer than `limit`.
    package func wait(atMost limit: Duration, _ time: TimeSource) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await time.sleep(limit) }
            await group.next()
            group.cancelAll()
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            guard let waiter = state.waiter.take() else { return nil as CheckedContinuation<Void, Never>? }
            state.isRung = false
            return waiter
        }
        waiter?.resume()
    }
}
