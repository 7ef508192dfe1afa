import Harvest
import Kubernetes

/// A workload of Kueue that asks for accelerators by itself: its pods do not exist yet, or wait for room on nodes.
///
/// One that waits for its queue's quota asks for nothing that we hold: quota does not count our workers.
struct QueuedWork: Sendable, Equatable {
    enum Wait: Sendable, Equatable {
        /// It has its quota, and its pods are about to be created.
        case pods
        /// Topology-aware scheduling looks at nodes before it gives quota, and our workers are in the way.
        case room
    }

    let uid: String
    let wait: Wait
    let members: [PendingRequest.Member]
    let priority: Int
    /// Since when we have seen it wait so.
    let sinceMs: Int64
    /// What the pods that belong to it are known by.
    let links: Set<PodLink>

    /// Pods that do not come by then are not ours to find: they ask for themselves.
    static let mostForPodsMs: Int64 = 30_000
    /// More pods than any cluster that we know could hold are no reason to clear one.
    private static let mostMembers = 10_000

    /// Nil for one that asks for nothing.
    init?(_ workload: Workload, before: QueuedWork?, nowMs: Int64) {
        guard let wait = workload.wait(nowMs: nowMs), let members = Self.members(workload.podSets) else { return nil }
        let before = before.flatMap { $0.uid == workload.metadata.uid && $0.wait == wait ? $0 : nil }
        uid = workload.metadata.uid
        self.wait = wait
        self.members = members
        priority = workload.priority
        sinceMs = before?.sinceMs ?? nowMs
        links = PodLink.of(workload)
    }

    private static func members(_ sets: [Workload.PodSet]) -> [PendingRequest.Member]? {
        var members: [PendingRequest.Member] = []
        for set in sets {
            let requests = Resources(set.spec.requests)
            guard requests.devices.values.contains(where: { $0 > 0 }) else { continue }
            guard set.count <= mostMembers - members.count else { return nil }
            let member = PendingRequest.Member(requests: requests, rule: PlacementRule(set.spec))
            members += repeatElement(member, count: set.count)
        }
        return members.isEmpty ? nil : members
    }

    /// When it stops asking although nothing changes.
    var untilMs: Int64? {
        guard wait == .pods else { return nil }
        let (until, isTooLate) = sinceMs.addingReportingOverflow(Self.mostForPodsMs)
        return isTooLate ? nil : until
    }

    func request(_ name: String, hasPods: Bool, nowMs: Int64) -> PendingRequest? {
        if wait == .pods, hasPods || untilMs.map({ $0 <= nowMs }) ?? false { return nil }
        return PendingRequest(name: name, source: .workload, members: members, priority: priority, sinceMs: sinceMs)
    }
}

extension Workload {
    fileprivate func wait(nowMs: Int64) -> QueuedWork.Wait? {
        guard isActive, !isFinished, metadata.deletion == nil else { return nil }
        if isWaiting { return lacksTopology ? .room : nil }
        guard !isEvicted, let quota = conditions["QuotaReserved"] else { return nil }
        // One that has run for long has its pods, whether or not we can tell which they are: a start of ours must not
        // take it for new. Only here another clock is asked, and only to ask for less.
        let givenMs = quota.lastTransition.map { Int64($0.microseconds / 1000) } ?? nowMs
        let (age, isAbsurd) = nowMs.subtractingReportingOverflow(givenMs)
        return isAbsurd || age > 2 * QueuedWork.mostForPodsMs ? nil : .pods
    }

    /// Newer versions have a reason for it, all say it in the message.
    private var lacksTopology: Bool {
        guard let quota = conditions["QuotaReserved"] else { return false }
        return quota.reason == "TopologyPlacementFailed" || quota.message.contains("topology")
    }
}
