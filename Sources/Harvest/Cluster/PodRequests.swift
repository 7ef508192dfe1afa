/// What a pod holds of its node from binding to its terminal phase.
package enum PodRequests {
    /// One container's requests, in the order of the pod's spec.
    package struct Container: Sendable, Hashable {
        package let requests: Resources
        /// An init container with `restartPolicy: Always`, which runs on beside all that come after it.
        package let isSidecar: Bool

        package init(_ requests: Resources, isSidecar: Bool = false) {
            self.requests = requests
            self.isSidecar = isSidecar
        }
    }

    /// The scheduler's sum: what runs together at the worst moment of the pod's life, plus its overhead.
    ///
    /// Init containers run one after the other, each beside the sidecars before it; then all containers run beside all
    /// sidecars.
    package static func effective(
        initial: [Container], containers: [Resources], overhead: Resources = .none
    ) -> Resources {
        var (sidecars, worst) = (Resources.none, Resources.none)
        for container in initial {
            worst = worst.maximum(sidecars + container.requests)
            if container.isSidecar { sidecars = sidecars + container.requests }
        }
        return worst.maximum(containers.reduce(sidecars, +)) + overhead
    }
}
