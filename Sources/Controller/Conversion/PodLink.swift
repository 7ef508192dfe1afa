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

    static func of(_ pod: Pod) -> Set<PodLink> {
        let metadata = pod.metadata
        let names = [
            metadata.annotations["kueue.x-k8s.io/workload"], metadata.labels["kueue.x-k8s.io/pod-group-name"],
        ]
        return Set(metadata.owners.map { PodLink.job(uid: $0.uid) })
            .union([.job(uid: metadata.uid)])
            .union(names.compactMap { $0.map { .workload(ObjectKey($0, in: metadata.namespace)) } })
    }
}
