import Kubernetes

/// By what pods say that they start together or not at all.
enum GangMark {
    /// The coscheduling plugin, now and in its first versions; Kueue's groups of plain pods.
    private static let labels = [
        "scheduling.x-k8s.io/pod-group", "pod-group.scheduling.sigs.k8s.io", "kueue.x-k8s.io/pod-group-name",
    ]
    /// Volcano; KAI.
    private static let annotations = ["scheduling.k8s.io/group-name", "pod-group-name"]

    /// `NAMESPACE/GROUP`, the first that is there.
    static func gang(_ metadata: ObjectMeta) -> String? {
        let marks = labels.lazy.compactMap { metadata.labels[$0] }
        let name = marks.first ?? annotations.lazy.compactMap { metadata.annotations[$0] }.first
        return name.flatMap { $0.isEmpty ? nil : "\(metadata.namespace)/\($0)" }
    }
}
