package import Harvest

/// One number of a controller's metrics.
package struct ControllerSample: Sendable, Equatable {
    package let name: String
    package let labels: [(name: String, value: String)]
    package let value: Double
    /// It only rises.
    package let isCounter: Bool

    private init(_ name: String, _ labels: [(String, String)], _ value: Double, isCounter: Bool = false) {
        self.name = name
        self.labels = labels
        self.value = value
        self.isCounter = isCounter
    }

    package static func == (left: ControllerSample, right: ControllerSample) -> Bool {
        left.name == right.name && left.value == right.value && left.isCounter == right.isCounter
            && left.labels.elementsEqual(right.labels) { $0 == $1 }
    }

    /// Every metric's name and what it means.
    package static let descriptions: [(name: String, help: String)] = [
        ("gleaner:reclaims_total", "Reclaims that are over, also those before the controller was started."),
        ("gleaner:reclaims_underway", "Workers that were told to go and are not back."),
        ("gleaner:reclaim_seconds", "From the signal to the freed accelerator, by quantile of the last 100 reclaims."),
        ("gleaner:reclaim_owner_wait_seconds", "From the signal to the owner's container, likewise."),
        ("gleaner:reclaim_streams_moved", "Answers that went on elsewhere, of the last 100 reclaims."),
        ("gleaner:reclaim_tokens_replayed", "Tokens that were computed anew for them."),
        ("gleaner:demand_tokens_per_second", "What the gateways ask for, served or not, by model."),
        ("gleaner:controller_leads", "1 where this controller is the one that plans."),
        ("gleaner:controller_calls_total", "Calls to the API server, by what they were and how they went."),
    ]

    static func leader(_ leads: Bool) -> ControllerSample {
        ControllerSample("gleaner:controller_leads", [], leads ? 1 : 0)
    }

    static func demand(_ market: ModelMarket) -> ControllerSample {
        let labels = [("model_name", market.model.name)]
        return ControllerSample("gleaner:demand_tokens_per_second", labels, Double(market.demandTokensPerSecond))
    }

    static func calls(_ call: CallCounts.Call, _ sum: CallCounts.Sum) -> [ControllerSample] {
        [("done", sum.numDone), ("failed", sum.numFailed)].map { outcome, count in
            let labels = [("call", call.rawValue), ("outcome", outcome)]
            return ControllerSample("gleaner:controller_calls_total", labels, Double(count), isCounter: true)
        }
    }

    static func pool(_ name: String, _ log: ReclaimLog) -> [ControllerSample] {
        let pool = ("pool", name)
        let (kept, times, waits) = (log.kept, log.reclaimTimes, log.ownerWaits)
        return [
            ControllerSample("gleaner:reclaims_total", [pool], Double(log.numEver), isCounter: true),
            ControllerSample("gleaner:reclaims_underway", [pool], Double(log.current.count)),
            ControllerSample(
                "gleaner:reclaim_streams_moved", [pool], Double(kept.reduce(0) { $0 + $1.numStreamsMoved })),
            ControllerSample(
                "gleaner:reclaim_tokens_replayed", [pool], Double(kept.reduce(0) { $0 + $1.numTokensReplayed })),
        ] + quantiles("gleaner:reclaim_seconds", pool, times)
            + quantiles("gleaner:reclaim_owner_wait_seconds", pool, waits)
    }

    private static func quantiles(
        _ name: String, _ pool: (String, String), _ times: TimeSummary
    ) -> [ControllerSample] {
        [("0.5", times.p50Ms), ("0.99", times.p99Ms), ("1", times.maximumMs)].compactMap { quantile, ms in
            ms.map { ControllerSample(name, [pool, ("quantile", quantile)], Double($0) / 1000) }
        }
    }
}

extension ControllerService {
    /// All metrics as they are now.
    package var samples: [ControllerSample] {
        let logs = reclaimBook.logs
        return [ControllerSample.leader(isLeader)]
            + logs.keys.sorted().flatMap { ControllerSample.pool($0, logs[$0] ?? ReclaimLog()) }
            + markets.map(ControllerSample.demand)
            + CallCounts.Call.allCases.flatMap { ControllerSample.calls($0, counts[$0]) }
    }

    /// What each model is worth now.
    package var markets: [ModelMarket] { outlook.markets(look().servedModels) }
}
