/// A request while the engine works on it: its answer so far and the one who waits for it.
/// Owned by the engine's thread.
final class Generation {
    let id: SequenceID
    let request: EngineRequest
    /// When it was submitted, first ran, and last gave a token; seconds of the engine's clock.
    let submitted: Double
    var started: Double?
    var firstToken: Double?
    var lastToken: Double?
    private var answer: AnswerState
    private let handler: EngineEventHandler
    private let relay: EventRelay

    init(_ submission: EngineGate.Submission, relay: EventRelay) {
        self.relay = relay
        id = submission.id
        request = submission.order.request
        answer = submission.order.answer
        submitted = submission.time
        handler = submission.deliver
    }

    /// When it is given up if it has not started by then.
    var queueDeadline: Double { submitted + Double(request.queueLimitSeconds) }
    var counts: TokenCounts? { answer.counts }

    func start(cachedTokens: Int, now: Double) {
        guard started == nil else { return }  // goes on after a preemption
        started = now
        tellStart(cachedTokens: cachedTokens)
    }

    /// Takes a sampled token, tells the reader and says whether the answer ends here.
    func accept(_ choice: Sampler.Choice) -> FinishReason? {
        if let shown = answer.append(choice.token) {
            deliver(.token(choice, text: shown.text, shownTokens: shown.tokens))
        }
        guard let end = answer.end else { return nil }
        tell(end, stopToken: end.stopToken)
        return end.reason
    }

    /// Tells of an answer that ended with the tokens it was resumed with: of its start and its end. Nothing ran.
    func finishAtOnce() -> FinishReason? {
        guard let end = answer.end else { return nil }
        tellStart(cachedTokens: 0)
        tell(end, stopToken: nil)
        return end.reason
    }

    func fail(_ error: EngineError) { deliver(.failed(error)) }

    /// What the engine's counters were told of this request.
    var totals: TokenTotals {
        TokenTotals(
            promptTokens: started == nil ? 0 : request.prompt.count + request.resumed.count,
            generatedTokens: answer.tokenCount - request.resumed.count)
    }

    func release() { deliver(.released(totals)) }

    /// A prompt's own tokens only: what was generated before is not a cached prompt.
    private func tellStart(cachedTokens: Int) {
        deliver(.started(cachedTokens: min(cachedTokens, request.prompt.count)))
    }

    /// - Parameter stopToken: nil for one that was generated elsewhere.
    private func tell(_ end: AnswerState.End, stopToken: Int32?) {
        deliver(.finished(end.reason, generatedTokens: answer.tokenCount, text: end.text, stopToken: stopToken))
    }

    private func deliver(_ event: EngineEvent) { relay.send(event, to: handler) }
}
