import Ledger
import OpenAI

/// Counts what one worker's events have brought to the client.
struct DeliveredUsage: Sendable, Equatable {
    private(set) var promptTokens = 0
    private(set) var cachedTokens = 0
    /// Tokens of each choice.
    private var completionTokens: [Int]

    init(numChoices: Int) { completionTokens = Array(repeating: 0, count: numChoices) }

    /// All choices together.
    var outputTokens: Int { completionTokens.reduce(0, +) }

    /// Takes an event into account that was sent.
    mutating func note(_ event: GenerationEvent) {
        switch event {
        case .started(let promptTokens, let cachedTokens):
            self.promptTokens = promptTokens
            self.cachedTokens = min(cachedTokens, promptTokens)
        case .delta(let choice, _, let count, _): reach(count, choice)
        case .finished(let choice, _, let count): reach(count, choice)
        }
    }

    private mutating func reach(_ count: Int, _ choice: Int) {
        guard completionTokens.indices.contains(choice) else { return }
        completionTokens[choice] = max(completionTokens[choice], count)
    }
}
