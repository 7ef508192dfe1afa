/// A node on which workers may be started now.
package struct PlacementNode: Sendable {
    package let name: String
    package let labels: [String: String]
    /// What lies here, by `WeightsCache.key`.
    package let weights: Set<String>
    /// Models that failed here, or whose weights are on their way.
    package let barred: Set<String>
    /// Idle accelerators that no limit keeps back.
    package var numAvailable: Int
    package let prediction: IdlePrediction
    /// The prediction, cut at the end of the pool's time window.
    package let windowMs: Int64

    package var product: String { labels["nvidia.com/gpu.product"] ?? "" }

    func holds(_ model: ServedModel) -> Bool {
        numAvailable >= model.gpus && !barred.contains(model.name)
            && model.nodeLabels.allSatisfy { labels[$0.key] == $0.value }
    }

    /// Weights of a volume are there wherever it is mounted.
    func hasWeights(_ model: ServedModel) -> Bool {
        if case .volume = model.source { return true }
        return weights.contains(WeightsCache.key(model))
    }
}

/// A worker to start, and why there.
package struct PlannedStart: Sendable, Hashable {
    package let pool: String
    package let model: String
    package let node: String
    package let gpus: Int
    /// Nil for a worker that is kept warm without demand.
    package let earning: Earning?
    package let prediction: IdlePrediction
    /// `WeightsCache.key` of the model.
    package let weights: String
    /// Nothing but the weights is brought to the node now.
    package let isFetch: Bool

    package var explanation: String {
        let what = isFetch ? "Brings the weights of \(model) to \(node)" : "Starts \(model) on \(node)"
        let why = earning?.explanation ?? "kept warm, whatever the demand"
        return "\(what): \(why); \(prediction.explanation)."
    }
}
