/// The place of a worker in this gateway's tables: a small number, reused when a worker has gone.
///
/// A worker that serves several models has one key, one picture and one kind for each of them.
package struct WorkerKey: Hashable, Comparable, Sendable {
    /// Keys are below this.
    package static let limit = 1024

    package let index: Int

    /// Nil: not in `0..<limit`.
    package init?(_ index: Int) {
        guard (0..<Self.limit).contains(index) else { return nil }
        self.index = index
    }

    package static func < (left: WorkerKey, right: WorkerKey) -> Bool { left.index < right.index }
}

/// Workers of one kind serve the same model on the same device, so that what is learned of one holds for all.
package struct WorkerKind: Hashable, Sendable {
    /// Kinds are below this.
    package static let limit = 1024

    package let index: Int

    /// Nil: not in `0..<limit`.
    package init?(_ index: Int) {
        guard (0..<Self.limit).contains(index) else { return nil }
        self.index = index
    }
}
