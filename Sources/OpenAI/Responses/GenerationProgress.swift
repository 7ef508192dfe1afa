/// How far an answer has come: which of its choices have ended, and its usage so far.
///
/// It also checks that the worker keeps its contract (`GenerationEvent`), so that a worker's fault becomes an
/// error for the client and never an answer that only looks complete.
package struct GenerationProgress: Sendable {
    private struct Choice {
        var completionTokens = 0
        var isFinished = false
    }

    private var choices: [Choice]
    private var numUnfinished: Int
    /// The tokens of the events so far: all of them at the end, and before it what was shown.
    package private(set) var usage = Usage()

    package init(numChoices: Int) {
        choices = Array(repeating: Choice(), count: numChoices)
        numUnfinished = numChoices
    }

    /// Whether every choice has ended.
    package var isComplete: Bool { numUnfinished == 0 }

    /// Takes one event into account.
    package mutating func note(_ event: GenerationEvent) throws(APIError) {
        switch event {
        case .started(let promptTokens, let cachedTokens):
            guard promptTokens >= 0, cachedTokens >= 0 else { throw .internalFailure }
            usage.promptTokens = promptTokens
            usage.cachedTokens = min(cachedTokens, promptTokens)
        case .delta(let choice, _, let completionTokens, _, _):
            try count(completionTokens, choice)
        case .finished(let choice, _, let completionTokens):
            try count(completionTokens, choice)
            choices[choice].isFinished = true
            numUnfinished -= 1
        case .served(_, let worker): usage.began = max(usage.began, worker.began)
        }
    }

    /// Takes a choice's new number of tokens, which never falls.
    private mutating func count(_ completionTokens: Int, _ choice: Int) throws(APIError) {
        guard choices.indices.contains(choice), !choices[choice].isFinished,
            completionTokens >= choices[choice].completionTokens
        else { throw .internalFailure }
        let added = completionTokens - choices[choice].completionTokens
        let (sum, overflows) = usage.completionTokens.addingReportingOverflow(added)
        guard !overflows else { throw .internalFailure }
        choices[choice].completionTokens = completionTokens
        usage.completionTokens = sum
    }

    /// Throws when the stream ended although a choice has not.
    package func checkComplete() throws(APIError) {
        guard isComplete else { throw .internalFailure }
    }
}
