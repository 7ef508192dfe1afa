import Synchronization

/// Lets tasks go on when all have come.
final class Barrier: Sendable {
    private let state: Mutex<(missing: Int, waiters: [CheckedContinuation<Void, Never>])>

    init(count: Int) { state = Mutex((count, [])) }

    func wait() async {
        await withCheckedContinuation { waiter in
            let ready = state.withLock { state -> [CheckedContinuation<Void, Never>] in
                state.missing -= 1
                state.waiters.append(waiter)
                guard state.missing == 0 else { return [] }
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in ready { waiter.resume() }
        }
    }
}
