import CoreMetrics
import Engine

/// What a server that yields tells of it.
struct YieldMetrics: Sendable {
    private let yielding: Meter
    private let compute, memory: Recorder
    private let yields: [YieldSignal: Counter]

    init(factory: any MetricsFactory) {
        yielding = Meter(label: "gleaner:yielding", factory: factory)
        yielding.set(0)
        let stage = { (name: String) in
            Recorder(
                label: "gleaner:yield_reclaim_seconds", dimensions: [("stage", name)], aggregate: true,
                factory: factory)
        }
        (compute, memory) = (stage("compute"), stage("memory"))
        yields = Dictionary(
            uniqueKeysWithValues: YieldSignal.allCases.map { signal in
                let labels = [("signal", signal.rawValue)]
                return (signal, Counter(label: "gleaner:yields_total", dimensions: labels, factory: factory))
            })
    }

    func began(_ signal: YieldSignal) {
        yielding.set(1)
        yields[signal]?.increment()
    }

    /// - Parameter isFirst: whether computing was stopped for it, too.
    func reclaimed(_ times: ReclaimTimes, isFirst: Bool) {
        if isFirst { compute.record(times.idleSeconds) }
        if let seconds = times.memorySeconds { memory.record(seconds) }
    }

    func ended() { yielding.set(0) }
}

/// What the metrics of this room mean, for whoever shows them: name and help, and buckets in seconds.
package enum YieldMetricNames {
    package static let all: [(name: String, help: String, buckets: [Double])] = [
        ("gleaner:yielding", "1 while the machine is left to its owner.", []),
        ("gleaner:yields_total", "Times that the machine was left to its owner, by what said so.", []),
        (
            "gleaner:yield_reclaim_seconds",
            "From the decision to yield until nothing computed (compute) and the memory was back (memory).",
            [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
        ),
    ]
}
