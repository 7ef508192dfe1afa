import Harvest
import Kubernetes

/// The workloads that ask for accelerators, and which of them have pods.
struct WorkQueue: Sendable {
    private var works: [ObjectKey: QueuedWork] = [:]
    private var linksOfPods: [ObjectID: Set<PodLink>] = [:]
    private var numPods: [PodLink: Int] = [:]

    mutating func set(_ workload: Workload, nowMs: Int64) {
        let key = workload.metadata.key
        works[key] = QueuedWork(workload, before: works[key], nowMs: nowMs)
    }

    mutating func remove(_ workload: Workload) {
        let key = workload.metadata.key
        if works[key]?.uid == workload.metadata.uid { works[key] = nil }
    }

    /// - Parameter links: none for a pod that is gone.
    /// - Returns: whether a workload that waits for pods is concerned.
    mutating func set(_ links: Set<PodLink>, of pod: ObjectID) -> Bool {
        let before = linksOfPods[pod] ?? []
        guard before != links else { return false }
        linksOfPods[pod] = links.isEmpty ? nil : links
        for link in before {
            let count = (numPods[link] ?? 0) - 1
            numPods[link] = count > 0 ? count : nil
        }
        for link in links { numPods[link, default: 0] += 1 }
        let changed = before.symmetricDifference(links)
        return works.values.contains { !$0.links.isDisjoint(with: changed) }
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
