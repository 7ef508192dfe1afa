/// What the controller does next.
package enum PlanAction: Sendable, Hashable {
    package enum DeletionReason: Sendable, Hashable {
        case reclaim(SignalMoment)
        /// The pod is over.
        case finished
        /// The scheduler found no place for it.
        case unplaced(node: String, model: String)
        case notStarting(node: String, model: String)
        /// No demand that the other workers could not serve.
        case surplus
    }

    case start(PlannedStart, name: String)
    case fetchWeights(PlannedStart)
    /// With the UID as precondition, in the pod's own grace.
    case delete(ObjectID, uid: String, DeletionReason)
    /// In a pool that only observes.
    case observe(PlannedStart)
}

extension PlanAction {
    /// The worker's name, where there is one.
    var name: String {
        switch self {
        case .start(_, let name): name
        case .delete(let worker, _, _): "\(worker)"
        case .fetchWeights(let start), .observe(let start): start.model
        }
    }

    /// Why, in a sentence for the Event.
    package var explanation: String {
        switch self {
        case .start(let start, _), .fetchWeights(let start): start.explanation
        case .observe(let start): "Would have started it. \(start.explanation)"
        case .delete(let worker, _, let reason): reason.explanation("\(worker)")
        }
    }
}

extension PlanAction.DeletionReason {
    /// One word for Events and metrics.
    package var code: String {
        switch self {
        case .reclaim(let moment): moment.signal.code
        case .finished: "Finished"
        case .unplaced: "Unplaced"
        case .notStarting: "NotStarting"
        case .surplus: "Surplus"
        }
    }

    fileprivate func explanation(_ worker: String) -> String {
        switch self {
        case .reclaim(let moment): "\(worker) goes back because \(moment.signal)."
        case .finished: "\(worker) is over and is cleared away."
        case .unplaced: "\(worker) goes because the scheduler found no place for it at once, so its node is not idle."
        case .notStarting: "\(worker) goes because it has not started in time; it is tried again later."
        case .surplus: "\(worker) goes because its model's other workers serve the demand with a quarter to spare."
        }
    }
}
