package import Kubernetes

/// What a pod's processes do.
package struct PodBehaviour: Sendable, Equatable {
    /// From its binding until they run.
    package var start: Duration
    /// From then until it is ready; nil = never.
    package var ready: Duration?
    /// From being told to stop until they exit; nil = they do not listen, and are killed when the time is over.
    package var exit: Duration?
    package var exitCode: Int
    /// Where it is reached; nil for an address of the stand-in's own, at which nobody is.
    package var address: String?

    package init(
        start: Duration = .milliseconds(100), ready: Duration? = .milliseconds(400),
        exit: Duration? = .milliseconds(300), exitCode: Int = 143, address: String? = nil
    ) {
        self.start = start
        self.ready = ready
        self.exit = exit
        self.exitCode = exitCode
        self.address = address
    }

    /// The same for all pods.
    package static func always(_ behaviour: PodBehaviour) -> @Sendable (Pod) -> PodBehaviour { { _ in behaviour } }
}
