/// Stays with the worker that has most of the prompt cached until its uncomputed prompt tokens lead those of the
/// least loaded worker by more than a bound; then goes to the least loaded.
///
/// The policy that llm-d made its default in August 2026 ("Sticky until saturated"). It predicts nothing, so it is
/// what a router does before it has measured anything, and a baseline after.
package struct StickyUntilSaturated: RoutingPolicy {
    package var rules = Admissibility()
    /// Prompt tokens: the rate of prefill by the seconds that an uncached prompt may be worse off.
    package var lead = 20_000

    package init() {}

    package func choose(
        _ request: RequestShape, among workers: [WorkerPicture], prefixes: PrefixIndex, predictor: LatencyPredictor,
        randomness: inout some RandomNumberGenerator
    ) -> RoutingDecision {
        choose(Candidates(request, workers, prefixes, predictor, rules))
    }

    func choose(_ candidates: Candidates) -> RoutingDecision {
        let workers = candidates.workers
        guard let least = candidates.least({ Self.load(of: workers[$0]) }),
            let warm = candidates.least({ -Double(candidates.matchedTokens($0)) })
        else { return .wait(candidates.refusal) }
        let isWarm = candidates.matchedTokens(warm) > 0
        let isAhead = workers[warm].uncachedTokens - workers[least].uncachedTokens > lead
        return isWarm && !isAhead ? candidates.dispatch(warm, .sticky) : candidates.dispatch(least, .leastLoaded)
    }

    /// Uncomputed prompt tokens first, sequences between equals.
    static func load(of worker: WorkerPicture) -> Double {
        Double(worker.uncachedTokens) + Double(worker.sequences) / Double(max(worker.capacity.maximumSequences, 1))
    }
}
