import OpenAI

/// One choice of a request on its way through workers: what has been relayed of it, and so what the next worker has
/// to go on from. Pure.
///
/// Counts of tokens are those that the client sees. Behind a text that was read as tokens anew, a worker counts from
/// there; `shift` is the difference.
struct ChoiceProgress: Sendable {
    /// The request for the first worker: one token prompt, one choice, its seed set.
    private let first: GenerationRequest
    /// What the answer's `tokens` stand behind: the prompt, and the tokens of text that went out without its own.
    private var base: [Int32]
    /// Ids of all tokens that were relayed behind `base`.
    private(set) var tokens: [Int32] = []
    /// The client's count of tokens at the end of `base`.
    private var shift = 0
    /// All text that is out.
    private var text = ""
    private(set) var isStarted = false
    private(set) var isFinished = false
    /// The tokens of the answer whose text is out.
    private(set) var shownTokens = 0
    /// The least exact way in which `base` and `tokens` came about that no worker has been named for.
    private var owed = Beginning.first
    /// Looks for stop texts at the seam behind `base`; nil: none can be there.
    private var seam: SeamStops?
    /// Text may be held back at the seam, so that `tokens` would run ahead of it.
    private var ignoresTokens = false

    /// Tokens of the answer so far, whether or not the worker told their ids.
    var numTokens: Int { max(tokens.count + shift, shownTokens) }

    init(_ request: GenerationRequest) {
        first = request
        base = request.tokenPrompt
    }

    /// What a worker is asked that goes on behind the tokens that are known.
    var request: GenerationRequest {
        var next = first
        next.prompt = .tokens([base])
        next.maxTokens = first.maxTokens.map { $0 - shift }
        next.resumed = tokens
        return next
    }

    /// Tokens that a worker which knows nothing of the choice has to run before it can go on, about.
    var contextTokens: Int { base.count + numTokens - shift }
}

// MARK: To the next worker

extension ChoiceProgress {
    /// How the next worker is asked.
    enum Start: Sendable {
        case request(GenerationRequest, Beginning)
        /// The tokens of this text come first: `adopt` has the request then.
        case text(String)
        /// There is nothing left to ask for.
        case full
    }

    /// - Parameter resumesExactly: the worker goes on behind tokens as the one that generated them would have.
    mutating func start(resumesExactly: Bool) -> Start {
        // What was held back there went with the worker that sent it.
        if seam != nil { seam = SeamStops(first.stop, behind: text) }
        if numTokens == 0 { return .request(request, .first) }
        let known = tokens.count + shift
        // An engine that takes the tokens for prompt would never show the text that was held back of them.
        guard resumesExactly ? known < shownTokens : known != shownTokens else {
            return .request(request, max(owed, resumesExactly ? .exact : .tokens))
        }
        if shownTokens >= first.maxTokens ?? .max { return .full }
        if !text.isEmpty { return .text(text) }
        return adopt([], contextLength: nil).map { .request($0, owed) } ?? .full
    }

    /// Takes the tokens of the text that is out for those that were generated.
    ///
    /// - Parameters:
    ///   - tokens: of all of it.
    ///   - contextLength: of the next worker; nil: unknown.
    /// - Returns: what to ask; nil when the worker's context has no room for more.
    mutating func adopt(_ tokens: [Int32], contextLength: Int?) -> GenerationRequest? {
        base = first.tokenPrompt + tokens
        self.tokens = []
        shift = shownTokens
        owed = shownTokens > 0 ? .text : .first
        seam = SeamStops(first.stop, behind: text)
        ignoresTokens = seam != nil
        return base.count < contextLength ?? .max ? request : nil
    }
}

// MARK: From the present worker

extension ChoiceProgress {
    /// What a worker's events mean to the client.
    struct News: Sendable, Equatable {
        /// Deltas and `finished`.
        var events: [GenerationEvent] = []
        /// The choice left a worker's queue: its cached tokens there.
        var cachedTokens: Int?
        var isFirstStart = false
        var isFinished = false
        /// The worker does not know that it is finished.
        var endsEarly = false
    }

    /// Takes what the present worker says.
    mutating func note(_ events: [GenerationEvent]) -> News {
        var news = News()
        for event in events where !isFinished {
            switch event {
            case .started(_, let cachedTokens):
                news.cachedTokens = cachedTokens
                news.isFirstStart = !isStarted
                isStarted = true
            case .delta(_, let text, let shown, let scored, let ids):
                noteDelta(text, shown: shown, scored, ids, &news)
            case .finished(_, let reason, let count):
                if let held = seam?.finish(), !held.isEmpty { show(held, shown: count, [], [], &news) }
                finish(reason, count: count, &news)
            case .served: break
            }
        }
        return news
    }

    private mutating func noteDelta(
        _ text: String, shown: Int, _ scored: [GeneratedToken], _ ids: [Int32], _ news: inout News
    ) {
        if !ignoresTokens { tokens += ids }
        guard let found = seam?.append(text) else { return show(text, shown: shown, scored, ids, &news) }
        // Tokens count with their text.
        show(found.text, shown: seam?.isHolding == true ? 0 : shown, scored, ids, &news)
        guard found.isStopped else { return }
        news.endsEarly = true
        finish(.stop, count: shown, &news)
    }

    private mutating func show(
        _ text: String, shown: Int, _ scored: [GeneratedToken], _ ids: [Int32], _ news: inout News
    ) {
        self.text += text
        if shown + shift > shownTokens || !ids.isEmpty { owed = .first }
        shownTokens = max(shownTokens, shown + shift)
        news.events.append(
            .delta(choice: 0, text: text, completionTokens: shownTokens, tokens: scored, tokenIDs: ids))
    }

    private mutating func finish(_ reason: FinishReason, count: Int, _ news: inout News) {
        shownTokens = max(shownTokens, count + shift)
        isFinished = true
        news.isFinished = true
        news.events.append(.finished(choice: 0, reason: reason, completionTokens: shownTokens))
    }
}

extension GenerationEvent {
    /// The event of choice 0 as that of another choice.
    func of(choice: Int) -> GenerationEvent {
        switch self {
        case .started: self
        case .delta(_, let text, let completionTokens, let tokens, let tokenIDs):
            .delta(
                choice: choice, text: text, completionTokens: completionTokens, tokens: tokens, tokenIDs: tokenIDs)
        case .finished(_, let reason, let completionTokens):
            .finished(choice: choice, reason: reason, completionTokens: completionTokens)
        case .served(_, let worker): .served(choice: choice, by: worker)
        }
    }
}
