import Synchronization

/// Counts the tokens of one model that come from one worker, without a lock: it is told each.
final class TokenMeter: Sendable {
    private let numGenerated = Atomic(0)
    private let numPrompt = Atomic(0)

    func generated(_ tokens: Int) { numGenerated.wrappingAdd(tokens, ordering: .relaxed) }
    func prompt(_ tokens: Int) { numPrompt.wrappingAdd(tokens, ordering: .relaxed) }

    var count: Count {
        Count(
            generated: numGenerated.load(ordering: .relaxed), prompt: numPrompt.load(ordering: .relaxed))
    }

    struct Count: Sendable, Equatable {
        var generated = 0
        var prompt = 0
    }
}
