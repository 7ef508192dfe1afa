/// What the controller knows and a worker's pod needs: given by its own flags, not by the owner.
package struct WorkerSettings: Sendable, Hashable {
    /// Where a worker listens in its pod.
    package static let defaultPort = 8081

    /// Where everything of ours lives.
    package var namespace: String
    /// The controller's own image, with its digest.
    package var image: String
    package var priorityClassName: String
    package var port: Int
    /// The labels of the gateways' pods, the only peers.
    package var gatewayLabels: [String: String]
    /// A secret with the key `token`, by which gateways prove themselves.
    package var tokenSecret: String

    package init(
        namespace: String, image: String, priorityClassName: String = ClusterPolicies.priorityClassName,
        port: Int = WorkerSettings.defaultPort,
        gatewayLabels: [String: String] = [WorkerLabel.role: WorkerLabel.gateway],
        tokenSecret: String = "gleaner-worker-token"
    ) {
        self.namespace = namespace
        self.image = image
        self.priorityClassName = priorityClassName
        self.port = port
        self.gatewayLabels = gatewayLabels
        self.tokenSecret = tokenSecret
    }
}

/// The labels by which we know our own pods. All are in our domain: an owner's selectors, affinities and disruption
/// budgets cannot meet them by chance.
package enum WorkerLabel {
    package static let role = "gleaner.dev/role"
    package static let pool = "gleaner.dev/pool"
    package static let model = "gleaner.dev/model"
    package static let worker = "worker"
    package static let fetcher = "fetcher"
    package static let gateway = "gateway"
}
