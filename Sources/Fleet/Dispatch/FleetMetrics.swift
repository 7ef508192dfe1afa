package import CoreMetrics
import OpenAI
import Routing

/// Records what a gateway decides and how true its predictions are.
package struct FleetMetrics: Sendable {
    /// Every metric's name and what it means.
    package static let descriptions: [(name: String, help: String)] = [
        ("gleaner:requests_queued", "Choices that wait at the gateway for a worker."),
        ("gleaner:dispatches_total", "Choices sent to workers, by what spoke for the worker."),
        ("gleaner:moves_total", "Choices that left a worker unfinished and went on elsewhere, by why."),
        ("gleaner:resumes_total", "Choices that a worker took up where another one left them, by how exactly."),
        ("gleaner:replayed_tokens_total", "Tokens computed again because choices moved."),
        ("gleaner:queue_refusals_total", "Requests refused because they could not be held or not start in time."),
        ("gleaner:workers", "Workers by condition."),
        ("gleaner:prediction_error", "Mean of |predicted p50 - measured| / measured since the start."),
        ("gleaner:prediction_coverage", "Share of measured times at or below the predicted quantile since the start."),
    ]

    private let factory: any MetricsFactory

    package init(factory: any MetricsFactory) { self.factory = factory }

    func queued(_ count: Int, model: String) {
        Meter(label: "gleaner:requests_queued", dimensions: [("model_name", model)], factory: factory).set(count)
    }

    func dispatched(_ reason: DispatchReason, model: String) {
        counter("gleaner:dispatches_total", ("model_name", model), ("reason", reason.rawValue)).increment()
    }

    func moved(_ failure: RemoteFailure, model: String) {
        counter("gleaner:moves_total", ("model_name", model), ("reason", failure.name)).increment()
    }

    func started(_ worker: ServingWorker, model: String) {
        if worker.replayedTokens > 0 {
            counter("gleaner:replayed_tokens_total", ("model_name", model)).increment(by: worker.replayedTokens)
        }
        if worker.began > .first {
            counter("gleaner:resumes_total", ("model_name", model), ("by", worker.began.rawValue)).increment()
        }
    }

    func refused(_ reason: QueueRefusal.Reason, model: String) {
        counter("gleaner:queue_refusals_total", ("model_name", model), ("reason", "\(reason)")).increment()
    }

    func workers(_ conditions: [MemberState.Condition]) {
        for name in ["away", "ready", "draining"] {
            let count = conditions.count { $0.name == name }
            Meter(label: "gleaner:workers", dimensions: [("condition", name)], factory: factory).set(count)
        }
    }

    func quality(_ quality: PredictionQuality, of time: String, kind: String, model: String) {
        guard quality.samples > 0 else { return }
        let labels = [("model_name", model), ("kind", kind), ("time", time)]
        Meter(label: "gleaner:prediction_error", dimensions: labels, factory: factory).set(quality.meanError)
        let coverage = quality.coverage
        for (quantile, share) in [("0.5", coverage.p50), ("0.9", coverage.p90), ("0.99", coverage.p99)] {
            Meter(
                label: "gleaner:prediction_coverage", dimensions: labels + [("quantile", quantile)], factory: factory
            ).set(share)
        }
    }

    private func counter(_ label: String, _ dimensions: (String, String)...) -> Counter {
        Counter(label: label, dimensions: dimensions, factory: factory)
    }
}

extension RemoteFailure {
    /// For metrics.
    fileprivate var name: String {
        switch self {
        case .refused: "refused"
        case .busy: "busy"
        case .draining: "draining"
        case .lost: "lost"
        case .broken: "broken"
        case .cancelled: "cancelled"
        }
    }
}

extension MemberState.Condition {
    /// For metrics.
    fileprivate var name: String {
        switch self {
        case .away: "away"
        case .ready: "ready"
        case .draining: "draining"
        }
    }
}
