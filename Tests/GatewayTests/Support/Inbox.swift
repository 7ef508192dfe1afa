import Synchronization

/// Things that happened, in order, for one reader that waits for them.
final class Inbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var reader: CheckedContinuation<Element, Never>?
    }

    private let state = Mutex(State())

    func put(_ element: Element) {
        let reader = state.withLock { state in
            if state.reader == nil { state.elements.append(element) }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: element)
    }

    func next() async -> Element {
        await withCheckedContinuation { reader in
            let element = state.withLock { state -> Element? in
                guard state.elements.isEmpty else { return state.elements.removeFirst() }
                state.reader = reader
                return nil
            }
            if let element { reader.resume(returning: element) }
        }
    }
}
