/// What is known of a request and a worker when the one is sent to the other: all that a prediction rests on.
///
/// The same features that the prediction saw go with the measured times to `LatencyPredictor.observe`, so that
/// training and serving cannot differ.
package struct DispatchFeatures: Sendable, Equatable {
    /// Prompt tokens that the worker must compute.
    package let uncachedTokens: Double
    package let promptTokens: Double
    /// Prompt tokens of others that the worker computes first, as of the report and after it.
    package let reportedAhead: Double
    package let dispatchedAhead: Double
    /// Seconds since the report, in which some of the tokens ahead were computed.
    package let reportAge: Double
    /// Sequences that share the steps, this one included.
    package let sequences: Double
    /// Sequences of others that wait for their first token.
    package let waiting: Double
    /// Tokens of all contexts, this one included.
    package let contextTokens: Double
    /// How much more than the worker's places or KV cache is asked for, in parts of what it has: 0 = it fits.
    package let overload: Double
    package let expectedOutputTokens: Double

    /// - Parameter matchedTokens: of the prompt, that the worker has cached. The last token is always computed.
    package init(of request: RequestShape, at worker: WorkerPicture, matchedTokens: Int) {
        let load = worker.load
        let sent = worker.dispatched
        let slots = Double(max(worker.capacity.maximumSequences, 1))
        let cache = Double(worker.capacity.kvTokens)
        promptTokens = Double(max(request.promptTokens, 1))
        uncachedTokens = max(promptTokens - Double(max(matchedTokens, 0)), 1)
        reportedAhead = Double(load.pendingPrefillTokens)
        dispatchedAhead = Double(sent.uncachedTokens)
        reportAge = min(load.age, Self.oldestReport)
        expectedOutputTokens = request.expectedOutputTokens
        let wanted = Double(load.running + load.waiting + sent.sequences + 1)
        sequences = min(wanted, slots)
        waiting = Double(load.waiting + sent.sequences)
        let context = Double(load.contextTokens + load.pendingPrefillTokens + sent.promptTokens) + promptTokens
        contextTokens = cache > 0 ? min(context, cache) : context
        let held = load.kvUsage * cache + reportedAhead + Double(sent.promptTokens) + promptTokens
        let overCache = cache > 0 ? (held - cache) / cache : 0
        overload = min(max((wanted - slots) / slots, overCache, 0), Self.largestOverload)
    }

    /// A busy worker reports several times a second; longer silence says nothing of its progress.
    private static let oldestReport = 0.25
    private static let largestOverload = 64.0
}
