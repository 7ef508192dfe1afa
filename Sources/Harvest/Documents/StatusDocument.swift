package import JSON
import Ledger

/// The `status` of our custom resources. Equal reports give equal documents, so that nothing is written when nothing
/// has changed.
package enum StatusDocument {
    /// - Parameters:
    ///   - generation: of the spec that was looked at.
    ///   - before: the status that the object has.
    ///   - now: RFC 3339, for conditions that change.
    package static func pool(
        _ report: PoolReport, _ log: ReclaimLog, generation: Int, before: JSON?, now: String
    ) -> JSON {
        var status = JSONObject([
            ("observedGeneration", .int(generation)),
            ("conditions", conditions(report.conditions, generation: generation, before: before, now: now)),
            (
                "gpus",
                [
                    "total": .int(report.numGPUs), "ownerFree": .int(report.numOwnerFree),
                    "idle": .int(report.numIdle), "lent": .int(report.numLent),
                ]
            ),
            ("reclaims", reclaims(log)),
        ])
        if let reason = report.whyNotMore, !reason.isEmpty { status["whyNotMore"] = .string(reason) }
        if !report.obstacles.isEmpty { status["obstacles"] = obstacles(report.obstacles) }
        if let sums = report.observed { status["observed"] = observed(sums) }
        return .object(status)
    }

    package static func model(_ report: ModelReport, generation: Int, before: JSON?, now: String) -> JSON {
        [
            "observedGeneration": .int(generation),
            "conditions": conditions(report.conditions, generation: generation, before: before, now: now),
            "workers": .int(report.numWorkers),
        ]
    }

    /// A condition keeps the time of its last change of status.
    private static func conditions(_ new: [Condition], generation: Int, before: JSON?, now: String) -> JSON {
        let old = before?["conditions"]?.array ?? []
        return .array(
            new.map { condition in
                let status = condition.isTrue ? "True" : "False"
                let same = old.first { $0["type"]?.string == condition.type && $0["status"]?.string == status }
                return [
                    "type": .string(condition.type), "status": .string(status), "reason": .string(condition.reason),
                    "message": .string(condition.message), "observedGeneration": .int(generation),
                    "lastTransitionTime": .string(same?["lastTransitionTime"]?.string ?? now),
                ]
            })
    }

    private static func reclaims(_ log: ReclaimLog) -> JSON {
        var json = JSONObject([("count", .int(log.numEver))])
        for (name, text) in texts(log.reclaimTimes) { json[name] = .string(text) }
        guard log.numEver > 0 else { return .object(json) }
        let waits = texts(log.ownerWaits).map { ($0, JSON.string($1)) }
        if !waits.isEmpty { json["ownerWait"] = .object(JSONObject(waits)) }
        json["streamsMoved"] = .int(log.kept.reduce(0) { $0 + $1.numStreamsMoved })
        json["tokensReplayed"] = .int(log.kept.reduce(0) { $0 + $1.numTokensReplayed })
        json["recent"] = .array(log.kept.reversed().map(\.json))
        return .object(json)
    }

    private static func texts(_ times: TimeSummary) -> [(String, String)] {
        [("p50", times.p50Ms), ("p99", times.p99Ms), ("max", times.maximumMs)].compactMap { name, ms in
            ms.map { (name, DurationText.text(ms: $0)) }
        }
    }

    /// The reclaims that a pool's status tells, for whoever begins to keep its log.
    package static func reclaims(of pool: String, _ status: JSON?) -> (records: [ReclaimRecord], count: Int) {
        let json = status?["reclaims"]
        let records = (json?["recent"]?.array ?? []).prefix(ReclaimLog.mostKept)
        return (records.compactMap { ReclaimRecord(pool: pool, $0) }, json?["count"]?.int ?? 0)
    }

    private static func obstacles(_ counts: [String: Int]) -> JSON {
        .array(
            counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(16).map {
                ["reason": .string($0.key), "nodes": .int($0.value)]
            })
    }

    private static func observed(_ sums: ObservedSums) -> JSON {
        [
            "wouldHaveEarnedUSD": .string(sums.revenue.rounded(decimals: 2)), "started": .int(sums.numStarted),
            "reclaimed": .int(sums.numReclaimed), "serving": .int(sums.numServing),
        ]
    }
}
