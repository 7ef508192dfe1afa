import Tokenizers

/// What the tokens of an answer have come to: its text, its counts, and its end.
///
/// A pure function of the request and the tokens so far. Whoever takes in the tokens that another engine
/// generated stands where that one stood, and goes on alike.
struct AnswerState: Sendable {
    /// How an answer ended, and the text that was held back until then.
    struct End: Sendable {
        var reason: FinishReason
        var text: String
        /// The token that ended it, if one did.
        var stopToken: Int32?
    }

    /// What may be shown after a token: `EngineEvent.token` tells of both.
    struct Shown: Sendable {
        var text: String
        var tokens: Int
    }

    private(set) var tokenCount = 0
    /// Nil for a request without penalties.
    private(set) var counts: TokenCounts?
    /// Nil while the answer goes on.
    private(set) var end: End?
    private var detokenizer: Detokenizer
    private var matcher: StopMatcher
    private var shown = ShownTokens()
    private let stopTokens: Set<Int32>
    private let limit: Int
    private let showsEveryToken: Bool

    /// The state before the first token.
    ///
    /// - Parameter limit: tokens at which the answer ends.
    init(_ request: EngineRequest, tokenizer: Tokenizer, limit: Int) {
        counts = request.sampling.hasPenalties ? TokenCounts(prompt: request.prompt) : nil
        detokenizer = Detokenizer(tokenizer, isStart: false)
        matcher = StopMatcher(request.stops)
        stopTokens = request.stopTokens
        showsEveryToken = request.sampling.topLogprobs != nil
        self.limit = limit
    }

    /// Takes the next token of an answer that has not ended. Nil for a stop token, which has nothing to show.
    @discardableResult mutating func append(_ token: Int32) -> Shown? {
        tokenCount += 1
        counts?.add(token)
        if stopTokens.contains(token) {
            finish(.stop, stopToken: token)
            return nil
        }
        let piece = detokenizer.append(token)
        let result = matcher.append(piece)
        shown.add(bytes: piece.utf8.count, isUnfinished: detokenizer.isInsideCharacter)
        shown.show(bytes: result.text.utf8.count)
        if result.isStopped {
            end = End(reason: .stop, text: "")
        } else if tokenCount >= limit {
            finish(.length)
        }
        return Shown(text: result.text, tokens: showsEveryToken ? tokenCount : shown.count)
    }

    /// Ends with the text that detokenizer and matcher held back.
    private mutating func finish(_ reason: FinishReason, stopToken: Int32? = nil) {
        let last = matcher.append(detokenizer.finish())
        end =
            last.isStopped
            ? End(reason: .stop, text: last.text, stopToken: stopToken)
            : End(reason: reason, text: last.text + matcher.finish(), stopToken: stopToken)
    }
}
