import Synchronization

/// A number that tasks and threads share.
final class Counter: Sendable {
    private let value = Atomic(0)

    var count: Int { value.load(ordering: .relaxed) }

    /// - Returns: the new number.
    @discardableResult
    func add(_ number: Int) -> Int { value.add(number, ordering: .relaxed).newValue }
}
