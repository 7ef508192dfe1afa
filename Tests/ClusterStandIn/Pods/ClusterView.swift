import Kubernetes

/// Nodes and pods as the cluster's own programs see them, kept up with the store change by change.
struct ClusterView: Sendable {
    private(set) var nodes: [String: ClusterNode] = [:]
    private(set) var pods: [ObjectKey: Pod] = [:]
    /// The pods of each node that have not ended.
    private(set) var active: [String: Set<ObjectKey>] = [:]
    /// The pods that have no node and have not ended.
    private(set) var waiting: Set<ObjectKey> = []
    /// Those of them for which a node is being cleared.
    private(set) var nominated: [String: Set<ObjectKey>] = [:]
    private var requested: [String: ResourceList] = [:]
    private var revision = -1

    /// What has changed since the last time.
    struct Changes {
        var pods: Set<ObjectKey> = []
        var nodes: Set<String> = []
        /// Something ended that took room or was to get some.
        var hasFreed = false
        var isEmpty: Bool { pods.isEmpty && nodes.isEmpty }
    }

    mutating func update(from store: ObjectHistory) -> Changes {
        defer { revision = store.revision }
        var changes = Changes()
        if let entries = store.changes(after: revision) {
            for entry in entries {
                if entry.resource == .pods { changes.pods.insert(entry.key) }
                if entry.resource == .nodes { changes.nodes.insert(entry.key.name) }
            }
        } else {
            changes.pods = Set(pods.keys).union(store.list(.pods)?.map(\.key) ?? [])
            changes.nodes = Set(nodes.keys).union(store.list(.nodes)?.map(\.key.name) ?? [])
        }
        for name in changes.nodes {
            nodes[name] = store[.nodes, ObjectKey(name)].flatMap { try? ClusterNode($0) }
        }
        for key in changes.pods {
            let old = pods[key]
            set(store[.pods, key].flatMap { try? Pod($0) }, at: key)
            let isOver = pods[key]?.isTerminal ?? true
            if let old, !old.isTerminal, isOver || old.metadata.uid != pods[key]?.metadata.uid {
                changes.hasFreed = true
            }
        }
        return changes
    }

    private mutating func set(_ pod: Pod?, at key: ObjectKey) {
        if let old = pods[key], !old.spec.nodeName.isEmpty {
            active[old.spec.nodeName]?.remove(key)
            requested[old.spec.nodeName] = nil
        }
        waiting.remove(key)
        if let node = pods[key]?.status.nominatedNodeName { nominated[node]?.remove(key) }
        pods[key] = pod
        guard let pod, !pod.isTerminal else { return }
        if pod.spec.nodeName.isEmpty {
            waiting.insert(key)
            let node = pod.status.nominatedNodeName
            if !node.isEmpty { nominated[node, default: []].insert(key) }
        } else {
            active[pod.spec.nodeName, default: []].insert(key)
            requested[pod.spec.nodeName] = nil
        }
    }

    /// What the pods of a node have been given.
    mutating func requests(on node: String) -> ResourceList {
        if let known = requested[node] { return known }
        var sum = ResourceList()
        for key in active[node] ?? [] { sum.add(pods[key]?.allRequests ?? ResourceList()) }
        requested[node] = sum
        return sum
    }
}

extension Pod {
    /// What it takes of a node, itself included: nodes take so many pods.
    var allRequests: ResourceList {
        var all = requests
        all.add(ResourceList(["pods": Quantity(1)]))
        return all
    }
}

extension ResourceList {
    /// The resources of which `free` has less than this, when `used` is taken from it already.
    func shortages(used: ResourceList, of all: ResourceList) -> [String] {
        amounts.filter { name, amount in
            // A node that does not say how many pods it takes, takes any number.
            amount > .zero && used[name] + amount > all[name] && !(name == "pods" && all.amounts[name] == nil)
        }.keys.sorted()
    }
}
