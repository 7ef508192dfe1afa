/// Where a request goes, or why it stays.
package enum RoutingDecision: Sendable, Equatable {
    case dispatch(Dispatch)
    case wait(WaitReason)

    package var dispatch: Dispatch? {
        if case .dispatch(let dispatch) = self { dispatch } else { nil }
    }
}

/// A worker for a request, and what is expected of it.
package struct Dispatch: Sendable, Equatable {
    package let worker: WorkerKey
    package let kind: WorkerKind
    /// The worker's place among those that were asked.
    package let place: Int
    /// Prompt tokens that the worker has cached.
    package let matchedTokens: Int
    /// Belongs into the `LatencySample` of this request.
    package let features: DispatchFeatures
    package let prediction: LatencyPrediction
    package let reason: DispatchReason
}

/// What spoke for a worker.
package enum DispatchReason: String, Sendable, CaseIterable {
    /// Least predicted cost, of which cached prefixes are a part.
    case cheapest
    /// As good as the cheapest, with less in flight.
    case leastInFlight = "least_in_flight"
    /// Neither; chosen to learn of it.
    case explored
    /// Nothing is predicted yet; it has most of the prompt cached.
    case sticky
    /// Nothing is predicted yet; it has least to compute.
    case leastLoaded = "least_loaded"
    /// Its turn.
    case turn
}

/// Why no worker was chosen.
package enum WaitReason: Sendable, Equatable {
    /// No worker is reachable and not draining.
    case noWorker
    /// The prompt is longer than any worker's KV cache: waiting will not help.
    case tooLong(longest: Int)
    /// All places, running and waiting, are taken.
    case noRoom
    /// No worker has enough left for work that can wait.
    case noSlack
    /// The soonest first token is expected in so many seconds, after the deadline.
    case tooLate(soonest: Double)

    /// For metrics and messages.
    package var name: String {
        switch self {
        case .noWorker: "no_worker"
        case .tooLong: "too_long"
        case .noRoom: "no_room"
        case .noSlack: "no_slack"
        case .tooLate: "too_late"
        }
    }
}

/// A way to choose. Pure: equal arguments give equal decisions.
package protocol RoutingPolicy: Sendable {
    mutating func choose(
        _ request: RequestShape, among workers: [WorkerPicture], prefixes: PrefixIndex, predictor: LatencyPredictor,
        randomness: inout some RandomNumberGenerator
    ) -> RoutingDecision
}
