import Synchronization

/// A ledger's clock that stands still until a test moves it.
final class WallClock: Sendable {
    private let ms = Atomic<Int64>(1_800_000_000_000)

    /// Unix milliseconds.
    var nowMs: Int64 { ms.load(ordering: .relaxed) }

    func advance(ms: Int64) { self.ms.add(ms, ordering: .relaxed) }
}
