import Synchronization

/// Lets tasks go on when all have come, or when the test is cancelled because its time is up.
package final class Barrier: Sendable {
    private let state: Mutex<(missing: Int, waiters: [CheckedContinuation<Void, Never>])>

    package init(count: Int) { state = Mutex((count, [])) }

    package func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                state.withLock { state in
                    state.missing -= 1
                    state.waiters.append(waiter)
                }
                open(force: false)
            }
        } onCancel: {
            open(force: true)
        }
    }

    private func open(force: Bool) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            if force { state.missing = 0 }
            guard state.missing <= 0 else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
