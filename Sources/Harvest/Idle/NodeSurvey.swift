/// One node of a pool: how much of it is whose, and whether workers may be started on it.
package struct NodeSurvey: Sendable, Hashable {
    /// Why nothing is started on a node; the first that holds.
    package enum Obstacle: Sendable, Hashable {
        case notReady
        case cordoned
        case autoscaler(String)
        case taint(String)
        case health(String)
        case noDevices
    }

    package let name: String
    package let numAllocatable: Int
    package let numOwned: Int
    /// By workers that stay.
    package let numLent: Int
    /// By workers that are leaving: neither free nor lent.
    package let numLeaving: Int
    package let obstacle: Obstacle?

    /// What the owner has not asked for.
    package var numOwnerFree: Int { max(0, numAllocatable - max(0, numOwned)) }
    package var isUsable: Bool { obstacle == nil }
}

extension NodeSurvey.Obstacle: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notReady: "it is not ready"
        case .cordoned: "it is cordoned"
        case .autoscaler(let key): "an autoscaler is about to remove it (taint \(key))"
        case .taint(let key): "it has the taint \(key), which the pool does not tolerate"
        case .health(let veto): veto
        case .noDevices: "it has no such accelerators"
        }
    }
}

extension NodeSurvey {
    init(_ entry: ClusterState.Entry, _ node: NodeState, pool: GPUPool, leaving: Int) {
        name = node.name
        numAllocatable = max(0, node.allocatable[pool.resource])
        numOwned = entry.owned[pool.resource]
        numLeaving = leaving
        numLent = max(0, entry.lent[pool.resource] - leaving)
        obstacle = Self.obstacle(node, pool)
    }

    private static func obstacle(_ node: NodeState, _ pool: GPUPool) -> Obstacle? {
        if !node.isReady { return .notReady }
        if node.isCordoned { return .cordoned }
        if let taint = AutoscalerTaint.first(node.taints, keepAwake: pool.keepAwake) { return .autoscaler(taint.key) }
        if let taint = pool.tolerations.firstForbidden(node.taints) { return .taint(taint.key) }
        if node.allocatable[pool.resource] <= 0 { return .noDevices }
        return node.health.veto.map(Obstacle.health)
    }
}
