/// One worker after the other.
package struct RoundRobin: RoutingPolicy {
    package var rules = Admissibility()
    private var turn = 0

    package init() {}

    package mutating func choose(
        _ request: RequestShape, among workers: [WorkerPicture], prefixes: PrefixIndex, predictor: LatencyPredictor,
        randomness: inout some RandomNumberGenerator
    ) -> RoutingDecision {
        let candidates = Candidates(request, workers, prefixes, predictor, rules)
        guard let first = candidates.places.first else { return .wait(candidates.refusal) }
        let place = candidates.places.first { $0 >= turn } ?? first
        turn = place + 1
        return candidates.dispatch(place, .turn)
    }
}

/// The worker with the smallest part of its places taken; between equals the one with least to compute.
package struct LeastLoaded: RoutingPolicy {
    package var rules = Admissibility()

    package init() {}

    package func choose(
        _ request: RequestShape, among workers: [WorkerPicture], prefixes: PrefixIndex, predictor: LatencyPredictor,
        randomness: inout some RandomNumberGenerator
    ) -> RoutingDecision {
        let candidates = Candidates(request, workers, prefixes, predictor, rules)
        let least = candidates.least { place in
            let worker = workers[place]
            let taken = Double(worker.sequences) / Double(max(worker.capacity.maximumSequences, 1))
            return taken + Double(worker.uncachedTokens) * 1e-9
        }
        return least.map { candidates.dispatch($0, .leastLoaded) } ?? .wait(candidates.refusal)
    }
}

/// A weighted sum of scores between 0 and 1: the cached part of the prompt, the emptiness of the queue, the free part
/// of the KV cache. The weights 3, 2, 2 are llm-d's tuned ones.
package struct PrefixAffinity: RoutingPolicy {
    package var rules = Admissibility()
    package var prefixWeight = 3.0
    package var queueWeight = 2.0
    package var cacheWeight = 2.0

    package init() {}

    package func choose(
        _ request: RequestShape, among workers: [WorkerPicture], prefixes: PrefixIndex, predictor: LatencyPredictor,
        randomness: inout some RandomNumberGenerator
    ) -> RoutingDecision {
        let candidates = Candidates(request, workers, prefixes, predictor, rules)
        let queues = candidates.places.map { queue(of: workers[$0]) }
        let (shortest, longest) = (queues.min() ?? 0, queues.max() ?? 0)
        let best = candidates.least { place in
            let cached = Double(candidates.matchedTokens(place)) / Double(max(request.promptTokens, 1))
            let span = longest - shortest
            let empty = span > 0 ? (longest - queue(of: workers[place])) / span : 1
            let free = 1 - workers[place].load.kvUsage
            return -(prefixWeight * cached + queueWeight * empty + cacheWeight * free)
        }
        return best.map { candidates.dispatch($0, .sticky) } ?? .wait(candidates.refusal)
    }

    private func queue(of worker: WorkerPicture) -> Double {
        Double(worker.load.waiting + worker.dispatched.sequences)
    }
}
