import Synchronization

/// At most so many calls at a time; who comes first goes first.
package final class CallLane: Sendable {
    private struct State {
        var numFree: Int
        var next = 0
        var waiting: [(number: Int, waiter: CheckedContinuation<Bool, Never>)] = []
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    package init(width: Int) { state = Mutex(State(numFree: max(1, width))) }

    /// Does something as soon as there is room; nil when the task is cancelled before.
    package func run<Value: Sendable>(_ body: @Sendable () async -> Value) async -> Value? {
        guard await enter() else { return nil }
        defer { leave() }
        return await body()
    }

    private func enter() async -> Bool {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let answer = state.withLock { state -> Bool? in
                    if state.cancelled.remove(number) != nil { return false }
                    if state.numFree > 0 {
                        state.numFree -= 1
                        return true
                    }
                    state.waiting.append((number, waiter))
                    return nil
                }
                if let answer { waiter.resume(returning: answer) }
            }
        } onCancel: {
            giveUp(number)
        }
    }

    private func giveUp(_ number: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let place = state.waiting.firstIndex(where: { $0.number == number }) else {
                state.cancelled.insert(number)
                return nil
            }
            return state.waiting.remove(at: place).waiter
        }
        waiter?.resume(returning: false)
    }

    private func leave() {
        let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.waiting.isEmpty else {
                state.numFree += 1
                return nil
            }
            return state.waiting.removeFirst().waiter
        }
        waiter?.resume(returning: true)
    }
}
