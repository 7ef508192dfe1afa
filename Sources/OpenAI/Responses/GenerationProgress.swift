/// How far an answer has come: which of its choices have ended, and its usage so far.
///
/// It also checks that the worker keeps its contract (`GenerationEvent`), so that a worker's fault becomes an
/// error for the client and never an answer that only looks complete.
package struct GenerationProgress: Sendable {
    private var isFinished: [Bool]
    private var numUnfinished: Int
    package private(set) var usage = Usage()

    package init(numChoices: Int) {
        isFinished = Array(repeating: false, count: numChoices)
        numUnfinished = numChoices
    }

    /// Whether every choice has ended.
    package var isComplete: Bool { numUnfinished == 0 }

    /// Takes one event into account.
    package mutating func note(_ event: GenerationEvent) throws(APIError) {
        switch event {
        case .started(let promptTokens, let cachedTokens):
            usage.promptTokens = promptTokens
            usage.cachedTokens = min(cachedTokens, promptTokens)
        case .delta(let choice, _, _):
            try checkOpen(choice)
        case .finished(let choice, _, let completionTokens):
            try checkOpen(choice)
            isFinished[choice] = true
            numUnfinished -= 1
            usage.completionTokens += completionTokens
        }
    }

    /// Throws when the stream ended although a choice has not.
    package func checkComplete() throws(APIError) {
        guard isComplete else { throw .internalFailure }
    }

    private func checkOpen(_ choice: Int) throws(APIError) {
        guard isFinished.indices.contains(choice), !isFinished[choice] else { throw .internalFailure }
    }
}
