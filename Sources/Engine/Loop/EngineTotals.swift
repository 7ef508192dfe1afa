import Synchronization

/// The tokens of an engine since its start: the integers behind its two token counters, readable from any thread.
///
/// The engine's thread adds before it tells a request's reader, so whoever was told `released` finds that
/// request's tokens here.
final class EngineTotals: Sendable {
    private let promptTokens = Atomic(0)
    private let generatedTokens = Atomic(0)

    func add(promptTokens count: Int) { promptTokens.add(count, ordering: .releasing) }

    func addGeneratedToken() { generatedTokens.add(1, ordering: .releasing) }

    var now: TokenTotals {
        TokenTotals(
            promptTokens: promptTokens.load(ordering: .acquiring),
            generatedTokens: generatedTokens.load(ordering: .acquiring))
    }
}
