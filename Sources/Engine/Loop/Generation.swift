import Tokenizers

/// A request while the engine works on it: its text so far and the one who waits for it.
/// Owned by the engine's thread.
final class Generation {
    let id: SequenceID
    let request: EngineRequest
    /// When it was submitted, first ran, and last gave a token; seconds of the engine's clock.
    let submitted: Double
    var started: Double?
    var firstToken: Double?
    var lastToken: Double?
    private(set) var generatedTokens = 0
    private(set) var counts: TokenCounts?
    private var detokenizer: Detokenizer
    private var matcher: StopMatcher
    private var shown = ShownTokens()
    private let limit: Int
    private let handler: EngineEventHandler
    private let relay: EventRelay

    /// - Parameter contextTokens: the longest sequence that the engine can hold.
    init(_ submission: EngineGate.Submission, tokenizer: Tokenizer, contextTokens: Int, relay: EventRelay) {
        self.relay = relay
        id = submission.id
        request = submission.request
        submitted = submission.time
        handler = submission.deliver
        counts = request.sampling.hasPenalties ? TokenCounts(prompt: request.prompt) : nil
        detokenizer = Detokenizer(tokenizer, isStart: false)
        matcher = StopMatcher(request.stops)
        limit = min(request.maxTokens ?? .max, contextTokens - request.prompt.count)
    }

    func start(cachedTokens: Int, now: Double) {
        guard started == nil else { return }  // resumed after a preemption
        started = now
        deliver(.started(cachedTokens: cachedTokens))
    }

    /// Takes a sampled token, tells the reader and says whether the answer ends here.
    func accept(_ choice: Sampler.Choice) -> FinishReason? {
        generatedTokens += 1
        counts?.add(choice.token)
        if request.stopTokens.contains(choice.token) { return finish(.stop, text: detokenizer.finish()) }
        let piece = detokenizer.append(choice.token)
        let result = matcher.append(piece)
        shown.add(bytes: piece.utf8.count, isUnfinished: detokenizer.isInsideCharacter)
        shown.show(bytes: result.text.utf8.count)
        let shownTokens = request.sampling.topLogprobs == nil ? shown.count : generatedTokens
        deliver(.token(choice, text: result.text, shownTokens: shownTokens))
        if result.isStopped { return end(.stop, text: "") }
        return generatedTokens >= limit ? finish(.length, text: detokenizer.finish()) : nil
    }

    func fail(_ error: EngineError) { deliver(.failed(error)) }

    /// What the engine's counters were told of this request.
    var totals: TokenTotals {
        TokenTotals(promptTokens: started == nil ? 0 : request.prompt.count, generatedTokens: generatedTokens)
    }

    func release() { deliver(.released(totals)) }

    private func deliver(_ event: EngineEvent) { relay.send(event, to: handler) }

    /// Ends with the text that detokenizer and matcher held back.
    private func finish(_ reason: FinishReason, text: String) -> FinishReason {
        let last = matcher.append(text)
        return last.isStopped ? end(.stop, text: last.text) : end(reason, text: last.text + matcher.finish())
    }

    private func end(_ reason: FinishReason, text: String) -> FinishReason {
        deliver(.finished(reason, generatedTokens: generatedTokens, text: text))
        return reason
    }
}
