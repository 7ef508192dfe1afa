import Harvest
import Kubernetes

/// The workloads that ask for accelerators, and which of them have pods.
struct WorkQueue: Sendable {
    private var works: [ObjectKey: QueuedWork] = [:]
    /// How many of the works have each link.
    private var numWorks: [PodLink: Int] = [:]
    private var linksOfPods: [ObjectID: Set<PodLink>] = [:]
    private var numPods: [PodLink: Int] = [:]

    mutating func set(_ workload: Workload, nowMs: Int64) {
        let key = workload.metadata.key
        put(QueuedWork(workload, before: works[key], nowMs: nowMs), key)
    }

    mutating func remove(_ workload: Workload) {
        let key = workload.metadata.key
        if works[key]?.uid == workload.metadata.uid { put(nil, key) }
    }

    private mutating func put(_ work: QueuedWork?, _ key: ObjectKey) {
        for link in works[key]?.links ?? [] { numWorks.add(-1, to: link) }
        works[key] = work
        for link in work?.links ?? [] { numWorks.add(1, to: link) }
    }

    /// - Parameter links: none for a pod that is gone.
    /// - Returns: whether a workload has got its first pod or lost its last.
    mutating func set(_ links: Set<PodLink>, of pod: ObjectID) -> Bool {
        let before = linksOfPods[pod] ?? []
        guard before != links else { return false }
        linksOfPods[pod] = links.isEmpty ? nil : links
        let changed = before.symmetricDifference(links)
        let had = changed.filter { numPods[$0] != nil }
        for link in changed { numPods.add(links.contains(link) ? 1 : -1, to: link) }
        return changed.contains { numWorks[$0] != nil && had.contains($0) != (numPods[$0] != nil) }
    }

    func requests(nowMs: Int64) -> [String: PendingRequest] {
        var requests: [String: PendingRequest] = [:]
        for (key, work) in works {
            let hasPods = work.links.contains { numPods[$0] != nil }
            requests["\(key)"] = work.request("\(key)", hasPods: hasPods, nowMs: nowMs)
        }
        return requests
    }

    /// When the requests will be others although nothing changes.
    func nextChangeMs(nowMs: Int64) -> Int64? {
        works.values.compactMap(\.untilMs).filter { $0 > nowMs }.min()
    }
}

extension [PodLink: Int] {
    /// What comes to nothing is not kept.
    fileprivate mutating func add(_ count: Int, to link: PodLink) {
        let sum = (self[link] ?? 0) + count
        self[link] = sum > 0 ? sum : nil
    }
}
