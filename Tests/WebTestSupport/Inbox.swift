import Synchronization

/// Things that happened, in order, for one reader that waits for them.
package final class Inbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var reader: CheckedContinuation<Element?, Never>?
        var isCancelled = false
    }

    private let state = Mutex(State())

    package init() {}

    package func put(_ element: Element) {
        let reader = state.withLock { state in
            if state.reader == nil { state.elements.append(element) }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: element)
    }

    /// The next one; nil when the waiting test is cancelled because its time is up.
    package func next() async -> Element? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { reader in
                let isAnswered = state.withLock { state in
                    if state.isCancelled || !state.elements.isEmpty { return true }
                    state.reader = reader
                    return false
                }
                if isAnswered { reader.resume(returning: take()) }
            }
        } onCancel: {
            let reader = state.withLock { state in
                state.isCancelled = true
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume(returning: nil)
        }
    }

    private func take() -> Element? {
        state.withLock { $0.elements.isEmpty ? nil : $0.elements.removeFirst() }
    }
}
