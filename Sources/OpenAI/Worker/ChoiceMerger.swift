import Synchronization

/// Merges the events of a request's choices, which come from anywhere at any time, into the request's one stream.
///
/// It owns the order that `GenerationEvent` promises: `started` once and first, when every prompt has started, and
/// what came before it is held back.
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
        let ready = state.withLock { state -> [GenerationEvent]? in
            state.unstartedPrompts -= 1
            state.cachedTokens += cachedTokens
            guard state.unstartedPrompts == 0 else { return nil }
            defer { state.early = [] }
            return [.started(promptTokens: promptTokens, cachedTokens: state.cachedTokens)] + state.early
        }
        for event in ready ?? [] { continuation.yield(event) }
    }

    /// More of some choice. The last `finished` of all ends the stream.
    package func send(_ events: [GenerationEvent]) {
        let isEarly = state.withLock { state in
            guard state.unstartedPrompts > 0 else { return false }
            state.early += events
            return true
        }
        guard !isEarly else { return }
        for event in events { continuation.yield(event) }
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
        prefilledTokens += other.prefilledTokens
        generatedTokens += other.generatedTokens
        shares.merge(other.shares) { $0 + $1 }
    }
}

extension GenerationTotals.Share {
    package static func + (left: Self, right: Self) -> Self {
        Self(
            prefilledTokens: left.prefilledTokens + right.prefilledTokens,
            generatedTokens: left.generatedTokens + right.generatedTokens)
    }
}
