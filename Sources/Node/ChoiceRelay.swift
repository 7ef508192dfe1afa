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
        var isOver = false
    }

    private let state = Mutex(State())
    private let merger: ChoiceMerger
    private let tokenizer: Tokenizer
    private let reportsTokens: Bool
    private let reportsTokenIDs: Bool
    private let continuation: GenerationStream.Continuation

    init(
        _ request: GenerationRequest, prompts: [[TokenID]], tokenizer: Tokenizer,
        to continuation: GenerationStream.Continuation
    ) {
        merger = ChoiceMerger(
            prompts: prompts.count, promptTokens: prompts.reduce(0) { $0 + $1.count }, choicesPerPrompt: request.n,
            to: continuation)
        self.tokenizer = tokenizer
        reportsTokens = request.topLogprobs != nil
        reportsTokenIDs = request.returnsTokenIDs
        self.continuation = continuation
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
        case .started(let cachedTokens): merger.started(choice, cachedTokens: cachedTokens)
        case .token(let token, let text, let shownTokens):
            if text.isEmpty, !reportsTokens, !reportsTokenIDs { return }
            merger.send([
                .delta(
                    choice: choice, text: text, completionTokens: shownTokens,
                    tokens: reportsTokens ? [describe(token)] : [], tokenIDs: reportsTokenIDs ? [token.token] : [])
            ])
        case .finished(let reason, let generatedTokens, let text, let stopToken):
            let reason: OpenAI.FinishReason = reason == .stop ? .stop : .length
            merger.send(
                last(choice, text: text, stopToken: stopToken, generatedTokens)
                    + [.finished(choice: choice, reason: reason, completionTokens: generatedTokens)])
            merger.finished()
        case .failed(let error):
            merger.fail(APIError(error, request: nil))
            cancel()
        case .released(let totals):
            merger.released(
                GenerationTotals(prefilledTokens: totals.promptTokens, generatedTokens: totals.generatedTokens))
        }
    }

    /// What comes with the end of a choice: the text that was held back, which has no token of its own, then the
    /// token that ended it, which has no text.
    private func last(_ choice: Int, text: String, stopToken: TokenID?, _ generatedTokens: Int) -> [GenerationEvent] {
        let ids = reportsTokenIDs ? stopToken.map { [$0] } ?? [] : []
        if text.isEmpty, ids.isEmpty { return [] }
        let heldBack = GenerationEvent.delta(choice: choice, text: text, completionTokens: generatedTokens)
        if ids.isEmpty { return [heldBack] }
        return [
            heldBack, .delta(choice: choice, text: "", completionTokens: generatedTokens, tokenIDs: ids),
        ]
    }

    private func describe(_ choice: Sampler.Choice) -> GeneratedToken {
        let scored = { (id: TokenID, logprob: Float) in
            ScoredToken(id: id, bytes: self.tokenizer.bytes(of: id) ?? [], logprob: logprob)
        }
        return GeneratedToken(
            token: scored(choice.token, choice.logprob ?? 0), top: choice.top.map { scored($0.token, $0.logprob) })
    }
}
