/// What a worker reports while it serves a request.
///
/// `started` comes once and first; then, for each choice, any number of `delta`s and one `finished`.
/// The choices of one request interleave freely. `served` may stand anywhere.
package enum GenerationEvent: Sendable, Equatable {
    /// The tokens of all prompts together, and how many of them were found in the prefix cache.
    case started(promptTokens: Int, cachedTokens: Int)
    /// More text of a choice: whole UTF-8 characters, no part of a stop text. It may be empty.
    /// - Parameters:
    ///   - completionTokens: the tokens of the choice whose text is shown, from its first to this delta's; never
    ///     fewer than the delta before said. Tokens whose text is held back (half a character, a possible stop
    ///     text) count with the delta that shows it or with `finished`. It is what a client pays that leaves
    ///     after this delta.
    ///   - tokens: the tokens sampled since the last delta, filled when log probabilities were asked for.
    ///   - tokenIDs: the same tokens, filled when their ids were asked for; those whose text is held back are there.
    case delta(
        choice: Int, text: String, completionTokens: Int, tokens: [GeneratedToken] = [], tokenIDs: [Int32] = [])
    /// The choice is complete; it took this many tokens, those of a stop token or stop text included.
    case finished(choice: Int, reason: FinishReason, completionTokens: Int)
    /// From here on the choice comes from another worker than before, or from one with another name than
    /// `Worker.id`. Only a worker that stands for many says it; clients are told no more of it than `Usage.began`.
    case served(choice: Int, by: ServingWorker)
}

extension GenerationEvent {
    /// A delta that is as long as this is not made longer: joining a long answer must not copy it for each token.
    private static let maximumJoinedBytes = 1 << 10
    private static let maximumJoinedTokens = 256

    /// Two deltas of one choice as one; nil: they cannot be, or it would become too long.
    func joined(with next: GenerationEvent) -> GenerationEvent? {
        guard case .delta(let choice, let text, _, let tokens, let ids) = self,
            case .delta(choice, let more, let completionTokens, let moreTokens, let moreIDs) = next,
            // Text that came without a token of its own is said again by who goes on with the tokens.
            ids.isEmpty == moreIDs.isEmpty,
            text.utf8.count + more.utf8.count <= Self.maximumJoinedBytes,
            max(tokens.count + moreTokens.count, ids.count + moreIDs.count) <= Self.maximumJoinedTokens
        else { return nil }
        return .delta(
            choice: choice, text: text + more, completionTokens: completionTokens, tokens: tokens + moreTokens,
            tokenIDs: ids + moreIDs)
    }
}

/// Who serves a part of a request: what its usage is recorded under.
package struct ServingWorker: Sendable, Hashable {
    /// As `Worker.id`.
    package var id: String
    /// The pool whose operator earns.
    package var pool: String
    /// Prompt tokens, and tokens generated elsewhere, that it has to compute again because the choice moved to it.
    package var replayedTokens: Int
    /// How it took the choice up.
    package var began: Beginning

    package init(id: String, pool: String, replayedTokens: Int = 0, began: Beginning = .first) {
        self.id = id
        self.pool = pool
        self.replayedTokens = replayedTokens
        self.began = began
    }
}

/// Why a choice ended, by OpenAI's names.
package enum FinishReason: String, Sendable {
    /// The model ended its text, or a stop text came.
    case stop
    /// `max_tokens` or the end of the context.
    case length
}

/// A sampled token with its log probability and the likeliest alternatives.
package struct GeneratedToken: Sendable, Equatable {
    package var token: ScoredToken
    /// The likeliest tokens at this place, best first; as many as the request asked for.
    package var top: [ScoredToken]

    package init(token: ScoredToken, top: [ScoredToken] = []) {
        self.token = token
        self.top = top
    }
}

/// A token, the bytes it stands for (perhaps part of a character), and its natural-log probability.
package struct ScoredToken: Sendable, Equatable {
    package var id: Int32
    package var bytes: [UInt8]
    package var logprob: Float

    package init(id: Int32, bytes: [UInt8], logprob: Float) {
        self.id = id
        self.bytes = bytes
        self.logprob = logprob
    }
}
