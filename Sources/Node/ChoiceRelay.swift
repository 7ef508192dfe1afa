import Engine
import OpenAI
import Synchronization
import Tokenizers

/// Carries the events of a request's choices from the engine to the request's one stream.
///
/// Runs on the thread that delivers the engine's events: it only translates and queues. The reader's going away
/// cancels all choices; the failure of one fails the request.
final class ChoiceRelay: Sendable {
    private struct State {
        var ticket: EngineTicket?
        /// Prompts of which no choice has started; the cached tokens of those that have.
        var unstartedPrompts: Int
        var cachedTokens = 0
        var unfinishedChoices: Int
        /// Choices that the engine still works on, and what those that it let go were for it.
        var unreleasedChoices: Int
        var totals = TokenTotals()
        var isOver = false
        /// Events of choices that run while another prompt still waits: `started` comes first.
        var early: [GenerationEvent] = []
    }

    private let state: Mutex<State>
    private let promptTokens: Int
    private let choicesPerPrompt: Int
    private let tokenizer: Tokenizer
    private let reportsTokens: Bool
    private let reportsTokenIDs: Bool
    private let continuation: GenerationStream.Continuation

    init(
        _ request: GenerationRequest, prompts: [[TokenID]], tokenizer: Tokenizer,
        to continuation: GenerationStream.Continuation
    ) {
        promptTokens = prompts.reduce(0) { $0 + $1.count }
        choicesPerPrompt = request.n
        self.tokenizer = tokenizer
        reportsTokens = request.topLogprobs != nil
        reportsTokenIDs = request.returnsTokenIDs
        self.continuation = continuation
        let choices = prompts.count * request.n
        state = Mutex(
            State(unstartedPrompts: prompts.count, unfinishedChoices: choices, unreleasedChoices: choices))
    }

    /// Submits every choice, or none.
    func submit(_ requests: [EngineRequest], to engine: Engine) throws(EngineError) {
        continuation.onCancel { [weak self] in self?.cancel() }
        let ticket = try engine.submit(requests) { self.handle($1, choice: $0) }
        let isOver = state.withLock { state in
            state.ticket = ticket
            return state.isOver
        }
        if isOver { ticket.cancel() }
    }

    private func cancel() {
        let ticket = state.withLock { state in
            state.isOver = true
            return state.ticket
        }
        ticket?.cancel()
    }

    private func handle(_ event: EngineEvent, choice: Int) {
        switch event {
        case .started(let cachedTokens):
            if choice % choicesPerPrompt == 0 { promptStarted(cachedTokens: cachedTokens) }
        case .token(let token, let text, let shownTokens):
            if text.isEmpty, !reportsTokens, !reportsTokenIDs { return }
            send([
                .delta(
                    choice: choice, text: text, completionTokens: shownTokens,
                    tokens: reportsTokens ? [describe(token)] : [], tokenIDs: reportsTokenIDs ? [token.token] : [])
            ])
        case .finished(let reason, let generatedTokens, let text, let stopToken):
            let ids = reportsTokenIDs ? stopToken.map { [$0] } ?? [] : []
            let last: [GenerationEvent] =
                text.isEmpty && ids.isEmpty
                ? [] : [.delta(choice: choice, text: text, completionTokens: generatedTokens, tokenIDs: ids)]
            let reason: OpenAI.FinishReason = reason == .stop ? .stop : .length
            send(last + [.finished(choice: choice, reason: reason, completionTokens: generatedTokens)])
            choiceFinished()
        case .failed(let error):
            continuation.finish(throwing: APIError(error, request: nil))
            cancel()
        case .released(let totals): choiceReleased(totals)
        }
    }

    private func promptStarted(cachedTokens: Int) {
        let ready = state.withLock { state -> [GenerationEvent]? in
            state.unstartedPrompts -= 1
            state.cachedTokens += cachedTokens
            guard state.unstartedPrompts == 0 else { return nil }
            defer { state.early = [] }
            return [.started(promptTokens: promptTokens, cachedTokens: state.cachedTokens)] + state.early
        }
        for event in ready ?? [] { continuation.yield(event) }
    }

    private func send(_ events: [GenerationEvent]) {
        let isEarly = state.withLock { state in
            guard state.unstartedPrompts > 0 else { return false }
            state.early += events
            return true
        }
        if !isEarly { for event in events { continuation.yield(event) } }
    }

    private func choiceFinished() {
        let isLast = state.withLock { state in
            state.unfinishedChoices -= 1
            return state.unfinishedChoices == 0
        }
        if isLast { continuation.finish() }
    }

    private func choiceReleased(_ totals: TokenTotals) {
        let all = state.withLock { state -> TokenTotals? in
            state.totals = state.totals + totals
            state.unreleasedChoices -= 1
            return state.unreleasedChoices == 0 ? state.totals : nil
        }
        guard let all else { return }
        continuation.release(
            GenerationTotals(prefilledTokens: all.promptTokens, generatedTokens: all.generatedTokens))
    }

    private func describe(_ choice: Sampler.Choice) -> GeneratedToken {
        let scored = { (id: TokenID, logprob: Float) in
            ScoredToken(id: id, bytes: self.tokenizer.bytes(of: id) ?? [], logprob: logprob)
        }
        return GeneratedToken(
            token: scored(choice.token, choice.logprob ?? 0), top: choice.top.map { scored($0.token, $0.logprob) })
    }
}
