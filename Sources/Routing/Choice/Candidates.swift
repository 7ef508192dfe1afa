/// The workers that may take a request, and what it would find there.
struct Candidates {
    let request: RequestShape
    let workers: [WorkerPicture]
    let predictor: LatencyPredictor
    let matches: PrefixMatches
    /// Places in `workers`, in their order.
    private(set) var places: [Int] = []
    /// Why the others may not; of several reasons the one nearest to a yes.
    private(set) var refusal = WaitReason.noWorker

    init(
        _ request: RequestShape, _ workers: [WorkerPicture], _ prefixes: PrefixIndex, _ predictor: LatencyPredictor,
        _ rules: Admissibility
    ) {
        self.request = request
        self.workers = workers
        self.predictor = predictor
        matches = prefixes.matches(request.prefixDigests)
        places.reserveCapacity(workers.count)
        for place in workers.indices {
            if let reason = rules.refusal(request, at: workers[place]) {
                refusal = refusal.nearest(reason)
            } else {
                places.append(place)
            }
        }
    }

    func filtered(_ isIncluded: (Int) -> Bool) -> Candidates {
        var rest = self
        rest.places = places.filter(isIncluded)
        return rest
    }

    /// Prompt tokens that the worker has cached.
    func matchedTokens(_ place: Int) -> Int {
        min(matches[workers[place].key] * PrefixChain.chunkTokens, max(request.promptTokens - 1, 0))
    }

    func features(_ place: Int) -> DispatchFeatures {
        DispatchFeatures(of: request, at: workers[place], matchedTokens: matchedTokens(place))
    }

    /// Whether nothing is known of the worker's kind.
    func isCold(_ place: Int) -> Bool { predictor.isCold(workers[place].kind) }

    func speed(_ place: Int) -> KindSpeed { predictor.speed(of: workers[place].kind) }

    func forecast(_ features: DispatchFeatures, _ place: Int) -> LatencyForecast {
        LatencyForecast(features, speed(place), predictor.corrections(of: workers[place].key))
    }

    func dispatch(_ place: Int, _ reason: DispatchReason) -> RoutingDecision {
        let features = features(place)
        let worker = workers[place]
        return .dispatch(
            Dispatch(
                worker: worker.key, kind: worker.kind, place: place, matchedTokens: matchedTokens(place),
                features: features, prediction: forecast(features, place).prediction, reason: reason))
    }

    /// The place with the least of a measure, the first of equals.
    func least(_ measure: (Int) -> Double) -> Int? {
        var best: (place: Int, value: Double)?
        for place in places {
            let value = measure(place)
            if best.map({ value < $0.value }) ?? true { best = (place, value) }
        }
        return best?.place
    }
}
