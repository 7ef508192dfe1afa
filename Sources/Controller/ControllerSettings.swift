package import Harvest
package import Kubernetes

/// What a controller is told at its start.
package struct ControllerSettings: Sendable {
    package var worker: WorkerSettings
    /// Of this process alone, such as its pod's name.
    package var identity: String
    /// The lease by which controllers of one namespace choose who plans.
    package var leaseName = "gleaner-controller"
    package var terms = LeaderElection.Terms()
    /// No two plans are closer together, however much changes.
    package var planPause: Duration = .seconds(1)
    /// A plan is made at least this often: idleness ripens although nothing changes.
    package var planEvery: Duration = .seconds(2)
    /// The same status is not written more often, unless a condition changes.
    package var statusPause: Duration = .seconds(5)
    /// How often the gateways are asked what they see.
    package var outlookEvery: Duration = .seconds(2)
    /// How often the server is asked whether it has the kinds now that it had not.
    package var discoverEvery: Duration = .seconds(300)

    package init(worker: WorkerSettings, identity: String) {
        self.worker = worker
        self.identity = identity
    }

    package var namespace: String { worker.namespace }

    /// The name under which fields and Events are ours.
    package static let manager = "gleaner-controller"
    package static let reporter = "gleaner.dev/controller"
}
