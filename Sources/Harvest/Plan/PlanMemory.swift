/// What a controller remembers from one look at the cluster to the next. Losing it costs some idle minutes, never an
/// owner's: everything here begins anew after a restart, and reclaim needs none of it.
package struct PlanMemory: Sendable {
    /// A worker that was asked for and does not show in the cluster yet.
    struct Assumed: Sendable {
        let start: PlannedStart
        let atMs: Int64
    }

    /// A model that failed on a node is left alone there for a while.
    struct Failure: Sendable {
        var count: Int
        var untilMs: Int64
    }

    /// Weights that are on their way to a node.
    struct Fetch: Sendable {
        let weights: String
        let atMs: Int64
    }

    struct Spot: Sendable, Hashable {
        let node: String
        let model: String
    }

    package internal(set) var idle = IdleTracker()
    package internal(set) var forecasts: [String: IdleForecast] = [:]
    var assumed: [ObjectID: Assumed] = [:]
    var fetching: [Spot: Fetch] = [:]
    /// When workers were started in the last hour, by pool.
    var starts: [String: [Int64]] = [:]
    var failures: [Spot: Failure] = [:]
    var seenFailures: Set<String> = []
    var observed: [String: ObservedHarvest] = [:]
    /// Which pool lent which accelerators when they were last seen.
    var poolOf: [IdleTracker.Key: String] = [:]

    package init() {}

    static let hourMs: Int64 = 3_600_000
    /// A created pod that the watch has not shown by then was not created.
    static let assumedMs: Int64 = 15_000
    static let fetchingMs: Int64 = 600_000

    func numLoadsLeft(_ pool: GPUPool, nowMs: Int64) -> Int {
        let recent = (starts[pool.name] ?? []).count { $0 > nowMs - Self.hourMs }
        return max(0, pool.placement.loadsPerHour - recent)
    }

    func isBarred(_ spot: Spot, nowMs: Int64) -> Bool { (failures[spot]?.untilMs ?? .min) > nowMs }

    /// Twice as long after each failure: 30 s to about an hour.
    mutating func fail(_ spot: Spot, nowMs: Int64) {
        let count = (failures[spot]?.count ?? 0) + 1
        failures[spot] = Failure(count: count, untilMs: nowMs + 30_000 * (1 << Int64(min(count - 1, 7))))
    }

    /// Keeps in mind what a plan sets going.
    package mutating func note(_ plan: Plan, namespace: String, nowMs: Int64) {
        for action in plan.actions {
            switch action {
            case .start(let start, let name):
                assumed[ObjectID(namespace, name)] = Assumed(start: start, atMs: nowMs)
                starts[start.pool, default: []].append(nowMs)
            case .fetchWeights(let start):
                fetching[Spot(node: start.node, model: start.model)] = Fetch(weights: start.weights, atMs: nowMs)
            case .observe(let start):
                observed[start.pool, default: ObservedHarvest()].begin(start, nowMs: nowMs)
                starts[start.pool, default: []].append(nowMs)
            case .delete(_, _, .unplaced(let node, let model)), .delete(_, _, .notStarting(let node, let model)):
                fail(Spot(node: node, model: model), nowMs: nowMs)
            case .delete: break
            }
        }
    }
}
