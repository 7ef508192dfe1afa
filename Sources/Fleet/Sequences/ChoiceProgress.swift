import OpenAI

/// One choice of a request on its way through workers: what has been relayed of it, and so what the next worker has
/// to go on from. Pure.
struct ChoiceProgress: Sendable {
    /// The request for the first worker: one token prompt, one choice, its seed set.
    private let first: GenerationRequest
    private let promptTokens: Int
    /// Ids of all tokens that were relayed.
    private(set) var tokens: [Int32] = []
    private(set) var isStarted = false
    private(set) var isFinished = false
    /// The tokens of the answer whose text is out.
    private(set) var shownTokens = 0

    /// Tokens of the answer so far, whether or not the worker told their ids.
    var numTokens: Int { max(tokens.count, shownTokens) }

    /// Text is out whose tokens are not known, so that nobody else can go on behind it.
    var isBound: Bool { shownTokens > tokens.count }

    init(_ request: GenerationRequest) {
        first = request
        promptTokens = if case .tokens(let prompts) = request.prompt { prompts.reduce(0) { $0 + $1.count } } else { 0 }
    }

    /// What the next worker is asked.
    var request: GenerationRequest {
        var next = first
        next.resumed = tokens
        return next
    }

    /// Tokens that a worker which knows nothing of the choice has to run before it can go on.
    var contextTokens: Int { promptTokens + tokens.count }

    /// What a worker's events mean to the client.
    struct News: Sendable, Equatable {
        /// Deltas and `finished`.
        var events: [GenerationEvent] = []
        /// The choice left a worker's queue: its cached tokens there.
        var cachedTokens: Int?
        var isFirstStart = false
        var isFinished = false
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
            case .delta(_, _, let shown, _, let ids):
                tokens += ids
                shownTokens = max(shownTokens, shown)
                news.events.append(event)
            case .finished(_, _, let completionTokens):
                shownTokens = completionTokens
                isFinished = true
                news.isFinished = true
                news.events.append(event)
            case .served: break
            }
        }
        return news
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
