package import Harvest
package import Kubernetes

extension PodState {
    /// - Parameters:
    ///   - before: what was known of this name; times of another identity are not taken over.
    ///   - nowMs: our own clock, by which everything is dated that is seen for the first time, so that no other clock
    ///     has a say.
    package init(_ pod: Pod, _ terms: ConversionTerms, before: PodState?, nowMs: Int64) {
        let before = before.flatMap { $0.uid == pod.metadata.uid ? $0 : nil }
        self.init(id: ObjectID(pod.metadata.key), uid: pod.metadata.uid, createdMs: before?.createdMs ?? nowMs)
        worker = WorkerIdentity(pod.metadata, terms)
        readPlace(pod)
        readWish(pod, terms)
        phase = Phase(pod)
        gang = GangMark.gang(pod.metadata)
        runningMs = before?.runningMs ?? (pod.isRunning ? nowMs : nil)
        deletionAskedMs = pod.isDeleting ? before?.deletionAskedMs ?? nowMs : nil
        disruption = Disruption(pod.disruption, before: before?.disruption, nowMs: nowMs)
    }

    /// A bound pod's nomination is over; servers before 1.35 leave it there.
    private mutating func readPlace(_ pod: Pod) {
        if !pod.spec.nodeName.isEmpty {
            node = pod.spec.nodeName
        } else if !pod.status.nominatedNodeName.isEmpty {
            nominatedNode = pod.status.nominatedNodeName
        }
        rule = PlacementRule(pod.spec)
        // Of the owner's pods only the scheduler says where they are about to be; their rule names the node.
        if worker != nil { pinnedNode = pod.spec.requiredNodes?.pinnedNode }
    }

    private mutating func readWish(_ pod: Pod, _ terms: ConversionTerms) {
        requests = Resources(pod.requests)
        claims = pod.claims
        priority = pod.spec.priority
        isPreempting =
            terms.preemptingSchedulers.contains(pod.spec.schedulerName) && pod.spec.mayPreempt
            && priority > terms.workerPriority && claims.isEmpty
        isGated = node == nil && !pod.spec.schedulingGates.isEmpty
    }
}

extension ObjectID {
    package init(_ key: ObjectKey) { self.init(key.namespace, key.name) }
}

extension WorkerIdentity {
    /// Nil for what is not ours. A worker of ours that does not say its pool is of none, so that it goes.
    init?(_ metadata: ObjectMeta, _ terms: ConversionTerms) {
        guard metadata.namespace == terms.namespace, metadata.labels[WorkerLabel.role] == WorkerLabel.worker else {
            return nil
        }
        self.init(
            pool: metadata.labels[WorkerLabel.pool] ?? "", model: metadata.labels[WorkerLabel.model] ?? "")
    }
}

extension PodState.Phase {
    /// A phase that we do not know is not over: the pod keeps what it asks for.
    init(_ pod: Pod) {
        switch pod.status.phase {
        case .pending: self = .pending
        case .running: self = .running
        case .succeeded: self = .succeeded
        case .failed: self = .failed
        case .unknown: self = pod.spec.nodeName.isEmpty ? .pending : .running
        }
    }
}

extension Disruption {
    /// Nil where there is none, or none that we know. The same reason keeps the time at which it was first seen.
    init?(_ condition: Kubernetes.Condition?, before: Disruption?, nowMs: Int64) {
        guard let reason = condition.flatMap({ Reason(rawValue: $0.reason) }) else { return nil }
        self.init(reason, atMs: before.flatMap { $0.reason == reason ? $0.atMs : nil } ?? nowMs)
    }
}

extension Pod {
    /// Every container has started and none waits to be started again.
    fileprivate var isRunning: Bool {
        status.phase == .running
            && status.containers.allSatisfy { container in
                if case .waiting = container.state { false } else { true }
            }
    }

    /// Those that it names and those that were made for it.
    fileprivate var claims: [ObjectID] {
        spec.resourceClaims.compactMap { claim in
            (claim.claimName ?? status.claimNames[claim.name]).map { ObjectID(metadata.namespace, $0) }
        }
    }
}
