extension ClusterState {
    /// What the owner's side waits for, the most important and oldest first.
    ///
    /// Gated pods wait for something else than accelerators.
    package func pendingRequests() -> [PendingRequest] {
        var gangs: [String: [PodState]] = [:]
        var requests = Array(workloads.values)
        for pod in waiting.compactMap(pod) where !pod.isGated && !pod.isLeaving {
            if let gang = pod.gang {
                gangs[gang, default: []].append(pod)
            } else if let member = member(pod) {
                requests.append(
                    PendingRequest(
                        name: "\(pod.id)", source: .pod, members: [member], priority: pod.priority,
                        sinceMs: pod.createdMs, isPreempting: pod.isPreempting && pod.claims.isEmpty))
            }
        }
        requests += gangs.compactMap { gang($0.key, $0.value) }
        return requests.sorted { ($1.priority, $0.sinceMs, $0.name) < ($0.priority, $1.sinceMs, $1.name) }
    }

    /// Nil for a pod that asks for no device.
    private func member(_ pod: PodState) -> PendingRequest.Member? {
        var requests = pod.requests
        for claim in pod.claims.compactMap({ claims[$0] }) where claim.node == nil {
            requests = requests + Resources(devices: [claim.resource: claim.count])
        }
        guard requests.devices.values.contains(where: { $0 > 0 }) else { return nil }
        // A nomination is counted on its node already, so it asks for nothing more there.
        return PendingRequest.Member(requests: requests, rule: pod.rule, nominatedNode: pod.nominatedNode)
    }

    private func gang(_ name: String, _ pods: [PodState]) -> PendingRequest? {
        let members = pods.sorted { $0.id < $1.id }.compactMap(member)
        guard !members.isEmpty else { return nil }
        return PendingRequest(
            name: name, source: .gang, members: members, priority: pods.map(\.priority).max() ?? 0,
            sinceMs: pods.map(\.createdMs).min() ?? 0)
    }
}
