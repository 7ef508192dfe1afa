import Kubernetes

/// What a pod and the workload that it belongs to have in common.
enum PodLink: Sendable, Hashable {
    /// The job, or the pod itself where it is the job.
    case job(uid: String)
    /// The workload, by its name.
    case workload(ObjectKey)

    static func of(_ workload: Workload) -> Set<PodLink> {
        let metadata = workload.metadata
        var links = Set(metadata.owners.map { PodLink.job(uid: $0.uid) })
        if let uid = metadata.labels["kueue.x-k8s.io/job-uid"] { links.insert(.job(uid: uid)) }
        return links.union([.workload(metadata.key)])
    }

    /// A pod that is its own job says so by its labels; all others need not be kept by their own identity.
    static func of(_ pod: Pod) -> Set<PodLink> {
        let metadata = pod.metadata
        let names = [
            metadata.annotations["kueue.x-k8s.io/workload"], metadata.labels["kueue.x-k8s.io/pod-group-name"],
        ]
        let isJob = ownLabels.contains { metadata.labels[$0] != nil }
        return Set((metadata.owners.map(\.uid) + (isJob ? [metadata.uid] : [])).map { .job(uid: $0) })
            .union(names.compactMap { $0.map { .workload(ObjectKey($0, in: metadata.namespace)) } })
    }

    private static let ownLabels = ["kueue.x-k8s.io/managed", "kueue.x-k8s.io/queue-name"]
}
