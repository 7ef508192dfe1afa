/// Chooses the worker where a request costs least, by predicted latency against its objectives.
///
/// A cached prefix counts as the prefill that it saves, a busy worker as the time that it takes, and the request's
/// own load as the delay of those that are there already. Some choices, few and bounded in cost, go to workers of
/// which nothing was heard for long. Until anything can be predicted, a request goes where most of its prompt is
/// cached, as long as that worker is not too far behind.
package struct Router: RoutingPolicy {
    package var rules = Admissibility()
    package var cost = RoutingCost()
    package var sticky = StickyUntilSaturated()
    /// Share of the decisions that explore, and what they may cost in multiples of the cheapest.
    package var exploration = 0.01
    package var explorationCost = 1.5
    /// Costs within this share of the cheapest are as good.
    package var tie = 0.01
    /// Sequences that a worker of an unknown kind is given at once, while others are known.
    package var trialSequences = 4
    /// Samples of others after which a worker's own factor is stale.
    package var staleAfter = 500

    package init() {}

    package func choose(
        _ request: RequestShape, among workers: [WorkerPicture], prefixes: PrefixIndex, predictor: LatencyPredictor,
        randomness: inout some RandomNumberGenerator
    ) -> RoutingDecision {
        let candidates = Candidates(request, workers, prefixes, predictor, rules)
        guard !candidates.places.isEmpty else { return .wait(candidates.refusal) }
        if let unknown = unknown(among: candidates, &randomness) { return sticky.choose(unknown) }
        let offers = offers(candidates)
        guard let best = cheapest(offers.inTime) else { return .wait(.tooLate(soonest: offers.soonest)) }
        if isExploring(&randomness), let place = explored(offers.inTime, best, candidates, &randomness) {
            return candidates.dispatch(place, .explored)
        }
        let chosen = leastInFlight(offers.inTime, asGoodAs: best, candidates)
        return candidates.dispatch(chosen.place, chosen.place == best.place ? .cheapest : .leastInFlight)
    }

    struct Offer {
        var place: Int
        var cost: Double
    }

    /// The costs of the workers that can be predicted and meet the deadline.
    private func offers(_ candidates: Candidates) -> (inTime: [Offer], soonest: Double) {
        let request = candidates.request
        var inTime: [Offer] = []
        var soonest = Double.infinity
        inTime.reserveCapacity(candidates.places.count)
        for place in candidates.places where !candidates.isCold(place) {
            let features = candidates.features(place)
            let corrections = candidates.predictor.corrections(of: candidates.workers[place].key)
            let forecast = LatencyForecast(features, candidates.speed(place), corrections)
            soonest = min(soonest, forecast.expectedTTFT)
            guard forecast.expectedTTFT <= request.deadline else { continue }
            let price = cost.cost(forecast, features, request, factor: corrections.interToken.factor)
            inTime.append(Offer(place: place, cost: price))
        }
        return (inTime, soonest)
    }

    private func cheapest(_ offers: [Offer]) -> Offer? {
        var best: Offer?
        for offer in offers where best.map({ offer.cost < $0.cost }) ?? true { best = offer }
        return best
    }

    private func leastInFlight(_ offers: [Offer], asGoodAs best: Offer, _ candidates: Candidates) -> Offer {
        var chosen = best
        for offer in offers where offer.cost <= best.cost * (1 + tie) {
            if candidates.workers[offer.place].inFlight < candidates.workers[chosen.place].inFlight { chosen = offer }
        }
        return chosen
    }

    // MARK: Exploration

    /// The candidates of kinds of which nothing is known, if the request is for them: they get their share of the
    /// requests, but little at a time, until they are known. All of them, if nothing is known of any.
    private func unknown(
        among candidates: Candidates, _ randomness: inout some RandomNumberGenerator
    ) -> Candidates? {
        guard candidates.places.contains(where: candidates.isCold) else { return nil }
        let all = candidates.places.count
        let unknown = candidates.filtered { candidates.isCold($0) }
        if unknown.places.count == all { return unknown }
        let free = unknown.filtered { candidates.workers[$0].inFlight < trialSequences }
        guard !free.places.isEmpty else { return nil }
        let share = Double(free.places.count) / Double(all)
        return Double.random(in: 0..<1, using: &randomness) < share ? free : nil
    }

    private func isExploring(_ randomness: inout some RandomNumberGenerator) -> Bool {
        Double.random(in: 0..<1, using: &randomness) < exploration
    }

    /// A worker whose own factor is stale and that would be good without it, or one of the near ties.
    private func explored(
        _ offers: [Offer], _ best: Offer, _ candidates: Candidates, _ randomness: inout some RandomNumberGenerator
    ) -> Int? {
        let stale = candidates.places.filter { isStale($0, best, candidates) }
        if let place = stale.randomElement(using: &randomness) { return place }
        let near = offers.filter { $0.cost <= best.cost * explorationCost }
        return near.randomElement(using: &randomness)?.place
    }

    private func isStale(_ place: Int, _ best: Offer, _ candidates: Candidates) -> Bool {
        let worker = candidates.workers[place]
        guard !candidates.isCold(place) else { return false }
        let last = candidates.predictor.corrections(of: worker.key).lastSample
        guard candidates.predictor.samples - last > staleAfter else { return false }
        let features = candidates.features(place)
        let forecast = LatencyForecast(features, candidates.speed(place), WorkerCorrections())
        return cost.cost(forecast, features, candidates.request, factor: 1) <= best.cost * explorationCost
    }
}
