/// What one worker did for a request: a request that moves has a segment for each worker that served it.
package struct SegmentUsage: Sendable, Hashable {
    /// From 0, in the order of service.
    package let index: Int
    package let worker: String
    package let pool: String
    /// Tokens of the request's prompt: all of them in the segment that first computed it, none in the others.
    package var promptTokens: Int
    /// Those of them that were in the prefix cache.
    package var cachedTokens: Int
    /// Generated here and sent to the client.
    package var outputTokens: Int
    /// Generated here and never sent, because the client had gone.
    package var unsentTokens: Int
    /// Prompt tokens as the worker's own counter counts them: once for each of its sequences that began.
    package var prefilledTokens: Int
    /// Tokens that this worker had to compute again because the request came from another; the platform pays.
    package var replayedTokens: Int
    /// How the worker took the answer up; nil: written by a program that did not know yet.
    package var began: Beginning?

    package init(
        index: Int = 0, worker: String, pool: String, promptTokens: Int, cachedTokens: Int = 0, outputTokens: Int,
        unsentTokens: Int = 0, prefilledTokens: Int = 0, replayedTokens: Int = 0, began: Beginning? = .first
    ) {
        self.index = index
        self.worker = worker
        self.pool = pool
        self.promptTokens = promptTokens
        self.cachedTokens = cachedTokens
        self.outputTokens = outputTokens
        self.unsentTokens = unsentTokens
        self.prefilledTokens = prefilledTokens
        self.replayedTokens = replayedTokens
        self.began = began
    }

    /// How a worker took up an answer, the most exact way first.
    package enum Beginning: String, Sendable, CaseIterable {
        /// From the start.
        case first
        /// Behind the tokens so far, as the worker that made them would have gone on.
        case exact
        /// Behind the tokens so far, but drawing further ones in its own way.
        case tokens
        /// Behind the text so far, read as tokens anew.
        case text
    }

    /// The segment of a request whose server died before it said anything.
    static let unreported = SegmentUsage(
        worker: "unreported", pool: Pool.local.id, promptTokens: 0, outputTokens: 0, began: nil)

    /// Whether no number is negative or absurd, and cached tokens are a part of the prompt.
    var isSound: Bool {
        let range = 0...AdmissionRequest.maximumTokens
        let counts = [
            promptTokens, cachedTokens, outputTokens, unsentTokens, prefilledTokens, replayedTokens, index,
        ]
        return counts.allSatisfy(range.contains) && cachedTokens <= promptTokens && index < 10_000
            && (1...200).contains(worker.utf8.count)
    }
}

/// How a request ended.
package enum Outcome: String, Sendable, CaseIterable {
    case completed
    /// The client went away; it pays for what was generated and sent.
    case cancelled
    /// An error ended it; nobody pays.
    case failed
    /// Its server died; it is settled from the last progress that was safe.
    case expired
}
