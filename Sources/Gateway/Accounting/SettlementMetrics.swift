import CoreMetrics
package import WebServer

extension MetricDescription {
    /// What tells whether the money of finished requests reaches the ledger.
    package static let settlements: [MetricDescription] = [
        MetricDescription(
            SettlementMetrics.pendingName, help: "Requests that ended and that the ledger has not settled yet."),
        MetricDescription(
            SettlementMetrics.retriesName, help: "Settlements tried again because the ledger could not be reached."),
        MetricDescription(
            SettlementMetrics.refusedName, help: "Settlements that the ledger refused; anything but 0 is a bug."),
    ]
}

/// Records how settlements fare.
struct SettlementMetrics: Sendable {
    fileprivate static let pendingName = "gleaner:settlements_pending"
    fileprivate static let retriesName = "gleaner:settlement_retries_total"
    fileprivate static let refusedName = "gleaner:settlements_refused_total"

    private let pending: Meter
    private let retries: Counter
    private let refused: Counter

    init(factory: any MetricsFactory) {
        pending = Meter(label: Self.pendingName, factory: factory)
        retries = Counter(label: Self.retriesName, factory: factory)
        refused = Counter(label: Self.refusedName, factory: factory)
        pending.set(0)
    }

    func begun() { pending.increment() }

    func ended() { pending.decrement() }

    func triedAgain() { retries.increment() }

    func wasRefused() { refused.increment() }
}
