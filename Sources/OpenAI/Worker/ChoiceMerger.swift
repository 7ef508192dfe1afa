import Synchronization

/// Merges the events of a request's choices, which come from anywhere at any time, into the request's one stream.
///
/// It owns the order that `GenerationEvent` promises: `started` once and first, when every prompt has started, and
/// what came before it is held back. Events go out under its lock, since choices come on many threads: the order in
/// which it took them is the order in which they are read.
package final class ChoiceMerger: Sendable {
    private struct State {
        /// Prompts of which no choice has started; the cached tokens of those that have.
        var unstartedPrompts: Int
        var cachedTokens = 0
        var unfinishedChoices: Int
        /// Choices that a worker still works on, and what those that are done with were for it.
        var unreleasedChoices: Int
        var totals = GenerationTotals()
        /// Events of choices that run while another prompt still waits.
        var early: [GenerationEvent] = []
    }

    private let state: Mutex<State>
    private let promptTokens: Int
    private let choicesPerPrompt: Int
    private let continuation: GenerationStream.Continuation

    /// - Parameter promptTokens: of all prompts together.
    package init(
        prompts: Int, promptTokens: Int, choicesPerPrompt: Int, to continuation: GenerationStream.Continuation
    ) {
        self.promptTokens = promptTokens
        self.choicesPerPrompt = choicesPerPrompt
        self.continuation = continuation
        let choices = prompts * choicesPerPrompt
        state = Mutex(State(unstartedPrompts: prompts, unfinishedChoices: choices, unreleasedChoices: choices))
    }

    /// A choice left a worker's queue for the first time. Only the first choice of a prompt tells of its cached tokens.
    package func started(_ choice: Int, cachedTokens: Int) {
        guard choice % choicesPerPrompt == 0 else { return }
        state.withLock { state in
            state.unstartedPrompts -= 1
            state.cachedTokens = state.cachedTokens.saturatingSum(cachedTokens)
            guard state.unstartedPrompts == 0 else { return }
            continuation.yield(.started(promptTokens: promptTokens, cachedTokens: state.cachedTokens))
            continuation.yield(state.early)
            state.early = []
        }
    }

    /// More of some choice. The last `finished` of all ends the stream.
    package func send(_ events: [GenerationEvent]) {
        state.withLock { state in
            guard state.unstartedPrompts == 0 else {
                state.early += events
                return
            }
            continuation.yield(events)
        }
    }

    /// A choice has ended; its `finished` was sent.
    package func finished() {
        let isLast = state.withLock { state in
            state.unfinishedChoices -= 1
            return state.unfinishedChoices == 0
        }
        if isLast { continuation.finish() }
    }

    /// One choice failed, and with it the request.
    package func fail(_ error: APIError) { continuation.finish(throwing: error) }

    /// No worker does anything more for one of the choices.
    package func released(_ totals: GenerationTotals) {
        let all = state.withLock { state -> GenerationTotals? in
            state.totals.add(totals)
            state.unreleasedChoices -= 1
            return state.unreleasedChoices == 0 ? state.totals : nil
        }
        if let all { continuation.release(all) }
    }
}

extension GenerationTotals {
    fileprivate mutating func add(_ other: GenerationTotals) {
        prefilledTokens = prefilledTokens.saturatingSum(other.prefilledTokens)
        generatedTokens = generatedTokens.saturatingSum(other.generatedTokens)
        shares.merge(other.shares) { $0 + $1 }
    }
}

extension GenerationTotals.Share {
    package static func + (left: Self, right: Self) -> Self {
        Self(
            prefilledTokens: left.prefilledTokens.saturatingSum(right.prefilledTokens),
            generatedTokens: left.generatedTokens.saturatingSum(right.generatedTokens))
    }
}

extension Int {
    /// The sum, or the largest number: counts that workers tell never stop the process.
    package func saturatingSum(_ other: Int) -> Int {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? .max : sum
    }
}
