/// One pool in one plan: what is idle in it, what is started there, and what its status says.
struct PoolPass {
    private let survey: PoolSurvey
    private let cluster: ClusterState
    private let memory: PlanMemory
    private let promised: [String: Resources]
    private let nowMs: Int64
    private var isObserving: Bool { pool.mode == .observe }
    private var pool: GPUPool { survey.pool }
    private(set) var report: PoolReport

    /// More workers than these are started by the next plan.
    static let mostStarts = 64
    /// Weights on their way at a time: more would crowd the owner's network.
    static let mostFetches = 4
    /// As far as a forecast looks.
    static let horizonMs: Int64 = 86_400_000

    init(
        _ survey: PoolSurvey, _ cluster: ClusterState, _ memory: PlanMemory, promised: [String: Resources],
        nowMs: Int64
    ) {
        self.survey = survey
        self.cluster = cluster
        self.memory = memory
        self.promised = promised
        self.nowMs = nowMs
        report = PoolReport(name: survey.pool.name)
    }

    mutating func starts(_ demand: inout Demand, suspension: String?) -> [PlanAction] {
        let assumed = assumedByNode()
        count(assumed)
        let openMs = pool.schedule.openForMs(atMs: nowMs, horizonMs: Self.horizonMs)
        report.conditions = conditions(suspension, isOpen: openMs > 0)
        guard suspension == nil, openMs > 0 else { return [] }
        let numAllowed = survey.room - assumed.values.reduce(0, +)
        let numLoads = memory.numLoadsLeft(pool, nowMs: nowMs)
        guard numAllowed > 0, numLoads > 0, !demand.markets.isEmpty else {
            report.whyNotMore = reason(numAllowed, numLoads, demand)
            return []
        }
        let nodes = placementNodes(assumed, openMs)
        var placement = PoolPlacement(
            pool, nodes, numAllowed: numAllowed, numLoads: numLoads,
            numFetches: Self.mostFetches - memory.fetching.count)
        var actions: [PlanAction] = []
        while actions.count < Self.mostStarts, let start = placement.next(&demand) {
            actions.append(action(start, ordinal: actions.count))
        }
        report.whyNotMore = nodes.isEmpty ? reasonOfIdleness : actions.isEmpty ? reasonOfDemand(demand) : nil
        return actions
    }

    private func action(_ start: PlannedStart, ordinal: Int) -> PlanAction {
        if isObserving { return .observe(start) }
        return start.isFetch ? .fetchWeights(start) : .start(start, name: WorkerName.make(start, nowMs, ordinal))
    }
}

extension PoolPass {
    /// Accelerators that were given away and do not show in the cluster yet, or never will in a pool that observes.
    private func assumedByNode() -> [String: Int] {
        var result: [String: Int] = [:]
        for assumed in memory.assumed.values where assumed.start.pool == pool.name {
            result[assumed.start.node, default: 0] += assumed.start.gpus
        }
        guard isObserving, let harvest = memory.observed[pool.name] else { return result }
        return result.merging(harvest.heldByNode) { $0 + $1 }
    }

    private func numAvailable(_ node: NodeSurvey, _ assumed: [String: Int]) -> Int {
        let taken = node.numLent + node.numLeaving + (assumed[node.name] ?? 0)
        let idle = survey.numIdle(node, memory.idle, nowMs: nowMs) - taken
        return max(0, min(idle, pool.limits.perNode.map { $0 - taken } ?? idle))
    }

    private func placementNodes(_ assumed: [String: Int], _ openMs: Int64) -> [PlacementNode] {
        let nominated = Set(cluster.waiting.compactMap { cluster.pod($0)?.nominatedNode })
        var hours = HourCache(pool.schedule)
        let forecast = memory.forecasts[pool.name] ?? IdleForecast()
        let curves = forecast.curves(open: openSpells(&hours))
        let barred = barredByNode()
        return survey.nodes.compactMap { node in
            let count = numAvailable(node, assumed)
            guard count > 0, promised[node.name].map({ $0[pool.resource] <= 0 }) ?? true,
                !nominated.contains(node.name), let state = cluster.node(node.name)
            else { return nil }
            let prediction = predict(node, curves, &hours)
            return PlacementNode(
                name: node.name, labels: state.labels, weights: cluster.weights[node.name] ?? [],
                barred: barred[node.name] ?? [], numAvailable: count, prediction: prediction,
                windowMs: min(prediction.ms, openMs))
        }
    }

    private func barredByNode() -> [String: Set<String>] {
        var result: [String: Set<String>] = [:]
        for spot in memory.failures.keys where memory.isBarred(spot, nowMs: nowMs) {
            result[spot.node, default: []].insert(spot.model)
        }
        for spot in memory.fetching.keys { result[spot.node, default: []].insert(spot.model) }
        return result
    }

    private func openSpells(_ hours: inout HourCache) -> [(hourOfWeek: Int, ageMs: Int64)] {
        var result: [(hourOfWeek: Int, ageMs: Int64)] = []
        for node in survey.nodes {
            for since in memory.idle.open(IdleTracker.Key(node: node.name, resource: pool.resource)) {
                result.append((hours.hour(atMs: since), max(0, nowMs - since)))
            }
        }
        return result
    }

    /// By the spell that is the youngest of those that count as idle.
    private func predict(_ node: NodeSurvey, _ curves: ForecastCurves, _ hours: inout HourCache) -> IdlePrediction {
        let key = IdleTracker.Key(node: node.name, resource: pool.resource)
        let level = survey.numIdle(node, memory.idle, nowMs: nowMs)
        let since = memory.idle.sinceMs(key, level: level) ?? nowMs
        return curves.predict(
            hourOfWeek: hours.hour(atMs: since), ageMs: max(0, nowMs - since), horizonMs: Self.horizonMs)
    }
}

extension PoolPass {
    private mutating func count(_ assumed: [String: Int]) {
        report.numGPUs = survey.numAllocatable
        report.numOwnerFree = survey.numOwnerFree
        report.numLent = survey.numLent
        for node in survey.nodes {
            report.numIdle += numAvailable(node, assumed)
            if let obstacle = node.obstacle { report.obstacles["\(obstacle)", default: 0] += 1 }
        }
        if isObserving { report.observed = (memory.observed[pool.name] ?? ObservedHarvest()).summary(nowMs: nowMs) }
    }

    private func conditions(_ suspension: String?, isOpen: Bool) -> [Condition] {
        let suspended = Condition(
            "Suspended", suspension != nil, suspension == nil ? "PromiseKept" : "PromiseBroken",
            suspension.map { "\($0)." } ?? "Every reclaim was inside \(DurationText.text(ms: pool.reclaimWithinMs)).")
        return [ready(suspension, isOpen: isOpen), suspended]
    }

    private func ready(_ suspension: String?, isOpen: Bool) -> Condition {
        if suspension != nil { return Condition("Ready", false, "Suspended", "Nothing is lent; see Suspended.") }
        if survey.nodes.isEmpty {
            return Condition(
                "Ready", false, "NoNodes",
                "No node matches; label one with \(pool.optIn) and compare its labels with spec.nodeSelector.")
        }
        if survey.numAllocatable == 0 {
            return Condition(
                "Ready", false, "NoDevices",
                "No lent node has \(pool.resource); check the device plugin, or write another spec.resource.")
        }
        if !isOpen { return Condition("Ready", false, "WindowClosed", "No time window of the pool is open.") }
        let reason = isObserving ? "Observing" : "Harvesting"
        return Condition("Ready", true, reason, "\(survey.numAllocatable) accelerators on \(survey.nodes.count) nodes.")
    }

    private func reason(_ numAllowed: Int, _ numLoads: Int, _ demand: Demand) -> String {
        if demand.markets.isEmpty { return "There is no ServedModel that can be read." }
        if numAllowed <= 0 {
            return survey.numOwnerFree <= 0
                ? "The owner uses every accelerator." : "The pool's limits and reserve leave no room for more."
        }
        return numLoads <= 0 ? "The \(pool.placement.loadsPerHour) loads of this hour are used up." : ""
    }

    private var reasonOfIdleness: String {
        "No accelerator has been idle for \(DurationText.text(ms: pool.idleAfterMs)) and is free of workers."
    }

    private func reasonOfDemand(_ demand: Demand) -> String {
        let allowed = demand.markets.filter { pool.allows(model: $0.model.name) }
        guard !allowed.isEmpty else { return "None of the models in spec.models can be read." }
        let wanted = allowed.filter { demand.unmet($0.model.name) > 0 || demand.lacksWarm($0.model.name) }
        guard !wanted.isEmpty else { return "The workers that run serve all demand." }
        let free = wanted.filter { $0.pricePerToken == nil && !demand.lacksWarm($0.model.name) }.map(\.model.name)
        guard free.count < wanted.count else { return "The ledger has no price for \(free.joined(separator: ", "))." }
        let names = wanted.map(\.model.name).joined(separator: ", ")
        let cache = pool.cache == nil ? " Weights from a repository need spec.cache." : ""
        return "\(names) would not pay for loading and energy on any idle node, or fits none.\(cache)"
    }
}

/// Hours of the week of many moments: the zone is asked once for each quarter of an hour.
struct HourCache {
    private let schedule: Schedule
    private var hours: [Int64: Int] = [:]

    init(_ schedule: Schedule) { self.schedule = schedule }

    mutating func hour(atMs ms: Int64) -> Int {
        let quarter = ms / 900_000
        if let known = hours[quarter] { return known }
        let hour = schedule.hourOfWeek(atMs: ms)
        hours[quarter] = hour
        return hour
    }
}

/// Names of worker pods.
enum WorkerName {
    /// The same decision gives the same name, so that a repeated creation makes no second worker.
    static func make(_ start: PlannedStart, _ nowMs: Int64, _ ordinal: Int) -> String {
        let digits = StableHash.digits("\(start.pool)/\(start.node)/\(start.model)/\(nowMs)/\(ordinal)")
        let model = start.model.prefix(40).map { $0 == "." ? "-" : $0 }
        return "gleaner-\(String(model))-\(digits)"
    }
}
