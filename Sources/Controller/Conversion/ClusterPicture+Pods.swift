import Harvest
package import Kubernetes

extension ClusterPicture {
    /// - Parameter nowMs: our own clock, in Unix milliseconds; what is seen for the first time is dated by it.
    package mutating func note(_ change: Change<Pod>, nowMs: Int64) {
        switch change {
        case .added(let pod), .changed(_, let pod): set(pod, nowMs)
        case .removed(let pod): remove(pod, nowMs)
        case .synced: finish(.pods)
        }
    }

    private mutating func set(_ pod: Pod, _ nowMs: Int64) {
        let before = cluster.pod(ObjectID(pod.metadata.key))
        let state = PodState(pod, terms, before: before, nowMs: nowMs)
        for node in fetched.note(pod, terms) { weigh(node) }
        addresses.note(pod, state.id, terms)
        link(pod, state, nowMs)
        guard state != before else { return }
        cluster.set(state)
        revision += 1
    }

    private mutating func remove(_ pod: Pod, _ nowMs: Int64) {
        let id = ObjectID(pod.metadata.key)
        guard cluster.pod(id)?.uid == pod.metadata.uid else { return }
        for node in fetched.remove(id) { weigh(node) }
        addresses.remove(id)
        if queue.set([], of: id) { setRequests(nowMs) }
        cluster.removePod(id)
        revision += 1
    }

    /// Only pods that ask for devices are of a workload that asks for some.
    private mutating func link(_ pod: Pod, _ state: PodState, _ nowMs: Int64) {
        let asks = state.worker == nil && !state.requests.devices.isEmpty
        if queue.set(asks ? PodLink.of(pod) : [], of: state.id) { setRequests(nowMs) }
    }
}

extension ClusterPicture {
    package mutating func note(_ change: Change<Workload>, nowMs: Int64) {
        switch change {
        case .added(let workload), .changed(_, let workload): queue.set(workload, nowMs: nowMs)
        case .removed(let workload): queue.remove(workload)
        case .synced: finish(.workloads)
        }
        setRequests(nowMs)
    }

    /// Lets go of what has an end of its own: before each decision.
    package mutating func expire(nowMs: Int64) { setRequests(nowMs) }

    /// When `expire` will change something; nil for never.
    package func nextExpiryMs(nowMs: Int64) -> Int64? { queue.nextChangeMs(nowMs: nowMs) }

    private mutating func setRequests(_ nowMs: Int64) {
        let requests = queue.requests(nowMs: nowMs)
        guard cluster.workloads != requests else { return }
        cluster.workloads = requests
        revision += 1
    }
}
