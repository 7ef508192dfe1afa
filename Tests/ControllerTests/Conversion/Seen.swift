import Harvest

/// All that Harvest shows of a cluster, in one form for equal clusters.
struct Seen: Equatable {
    let pods: [ObjectID: PodState]
    let nodes: [String: NodeState]
    let owned: [String: Resources]
    let lent: [String: Resources]
    let workersOnNode: [String: Set<ObjectID>]
    let workers: Set<ObjectID>
    let waiting: Set<ObjectID>
    let leaving: Set<ObjectID>
    let over: Set<ObjectID>
    let claims: [ObjectID: DeviceClaim]
    let weights: [String: Set<String>]
    let pending: [PendingRequest]

    init(_ cluster: ClusterState) {
        let entries = cluster.entries
        pods = cluster.pods
        nodes = entries.compactMapValues(\.state)
        owned = entries.mapValues { $0.owned.withoutNothing }.filter { $0.value != .none }
        lent = entries.mapValues { $0.lent.withoutNothing }.filter { $0.value != .none }
        workersOnNode = entries.mapValues(\.workers).filter { !$0.value.isEmpty }
        workers = cluster.workers
        waiting = cluster.waiting
        leaving = cluster.leaving
        over = cluster.over
        claims = cluster.claims
        weights = cluster.weights
        pending = cluster.pendingRequests()
    }
}

extension Resources {
    fileprivate var withoutNothing: Resources {
        Resources(devices: devices.filter { $0.value != 0 }, milliCPU: milliCPU, memoryBytes: memoryBytes)
    }
}
