import Controller
import Harvest
import JSON
import Kubernetes

/// What a picture must show: the objects that are there, each converted once, and the times at which they were first
/// seen so, kept here in the plainest way.
struct PictureOracle {
    private struct Sights {
        let createdMs: Int64
        var runningMs: Int64?
        var deletionMs: Int64?
        var disruption: Disruption?
    }

    private enum Wait { case pods, room }

    let terms: ConversionTerms
    private var sights: [String: Sights] = [:]
    private var waits: [String: (wait: Wait, sinceMs: Int64)] = [:]

    init(_ terms: ConversionTerms) { self.terms = terms }

    mutating func see(_ change: Change<Pod>, nowMs: Int64) {
        switch change {
        case .added(let pod), .changed(_, let pod):
            var seen = sights[pod.metadata.uid] ?? Sights(createdMs: nowMs)
            let state = PodState(pod, terms, before: nil, nowMs: nowMs)
            seen.runningMs = seen.runningMs ?? state.runningMs
            seen.deletionMs = pod.isDeleting ? seen.deletionMs ?? nowMs : nil
            if seen.disruption?.reason != state.disruption?.reason { seen.disruption = state.disruption }
            sights[pod.metadata.uid] = seen
        case .removed(let pod): sights[pod.metadata.uid] = nil
        case .synced: break
        }
    }

    mutating func see(_ change: Change<Workload>, nowMs: Int64) {
        switch change {
        case .added(let workload), .changed(_, let workload):
            let uid = workload.metadata.uid
            let wait = Self.wait(workload)
            if waits[uid]?.wait != wait { waits[uid] = wait.map { ($0, nowMs) } }
        case .removed(let workload): waits[workload.metadata.uid] = nil
        case .synced: break
        }
    }

    private static func wait(_ workload: Workload) -> Wait? {
        guard workload.isActive, workload.podSets.contains(where: { $0.count > 0 }) else { return nil }
        if workload.hasQuota { return .pods }
        return workload.conditions.contains { $0.message == "no topology" } ? .room : nil
    }

    func cluster(_ world: RandomCluster) -> ClusterState {
        var cluster = ClusterState()
        for node in world.nodes.truth.values { cluster.set(NodeState(node)) }
        for claim in world.claims.truth.values.compactMap({ DeviceClaim($0, terms) }) { cluster.set(claim) }
        for pod in world.pods.truth.values { cluster.set(state(pod)) }
        for workload in world.workloads.truth.values {
            cluster.workloads["\(workload.metadata.key)"] = request(workload, world)
        }
        cluster.weights = weights(world)
        return cluster
    }

    private func state(_ pod: Pod) -> PodState {
        var state = PodState(pod, terms, before: nil, nowMs: 0)
        guard let seen = sights[pod.metadata.uid] else { return state }
        state.createdMs = seen.createdMs
        state.runningMs = seen.runningMs
        state.deletionAskedMs = seen.deletionMs
        state.disruption = seen.disruption
        return state
    }

    private func request(_ workload: Workload, _ world: RandomCluster) -> PendingRequest? {
        guard let (wait, sinceMs) = waits[workload.metadata.uid] else { return nil }
        let jobs = Set(workload.metadata.owners.map(\.uid))
        let hasPods = world.pods.truth.values.contains { pod in
            pod.requests["nvidia.com/gpu"] > .zero && !jobs.isDisjoint(with: pod.metadata.owners.map(\.uid))
                && state(pod).worker == nil
        }
        guard wait == .room || !hasPods else { return nil }
        let members = workload.podSets.flatMap { set in
            (0..<set.count).map { _ in PendingRequest.Member(requests: Resources(set.spec.requests)) }
        }
        return PendingRequest(name: "\(workload.metadata.key)", source: .workload, members: members, sinceMs: sinceMs)
    }

    private func weights(_ world: RandomCluster) -> [String: Set<String>] {
        let pools = world.pools.truth.values.filter {
            $0.metadata.namespace == "gleaner" && $0.metadata.deletion == nil
        }
        let isCaching = pools.contains { $0.metadata.name == "p0" && $0.spec?["cache"] != nil }
        var weights: [String: Set<String>] = [:]
        for pod in world.pods.truth.values where isCaching && pod.status.phase == .succeeded && !pod.isDeleting {
            guard let brought = pod.metadata.annotations["brought"],
                let name = pod.metadata.labels["gleaner.dev/model"],
                let model = world.models.truth[ObjectKey(name, in: "gleaner")].flatMap({ ModelStanding($0).model }),
                WeightsCache.key(model) == brought
            else { continue }
            weights[pod.spec.nodeName, default: []].insert(brought)
        }
        return weights
    }
}
