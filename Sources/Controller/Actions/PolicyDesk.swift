import Harvest
import JSON
package import Kubernetes
package import Logging
import Synchronization

/// Brings along the objects that keep workers from harming anybody: their priority, what they may say to whom, and the
/// secret by which they know gateways.
package final class PolicyDesk: Sendable {
    private struct Policy: Sendable {
        let kind: ResourceKind<GenericObject>
        let namespace: String?
        let body: JSON

        var name: String { body["metadata"]?["name"]?.string ?? "" }
    }

    private struct State {
        /// By what they are called: those that are still to be applied, and from when on.
        var left: [String: Duration]
        var hasSaid: Set<String> = []
    }

    private let client: KubernetesClient
    private let counts: CallCounts
    private let log: Logger
    private let policies: [Policy]
    private let token: TokenDesk
    private let state: Mutex<State>

    /// A failed one is tried again after this long.
    static let again: Duration = .seconds(60)

    package init(_ client: KubernetesClient, _ settings: ControllerSettings, counts: CallCounts, log: Logger) {
        self.client = client
        self.counts = counts
        self.log = log
        let worker = settings.worker
        token = TokenDesk(client, worker, counts: counts, log: log)
        let networks = [
            ClusterPolicies.denyAll(worker), ClusterPolicies.workerPolicy(worker),
            ClusterPolicies.fetcherPolicy(worker),
        ]
        let priority = ClusterPolicies.priorityClass(name: worker.priorityClassName)
        policies =
            [Policy(kind: .genericPriorityClasses, namespace: nil, body: priority)]
            + networks.map { Policy(kind: .networkPolicies, namespace: settings.namespace, body: $0) }
        state = Mutex(State(left: Dictionary(policies.map { ($0.name, .zero) }) { first, _ in first }))
    }

    /// Applies what has not been applied yet. An installation may bring these objects itself and forbid us to write
    /// them: then we say so once, and go on.
    package func apply() async {
        for policy in policies {
            let now = client.time.monotonic()
            guard let from = state.withLock({ $0.left[policy.name] }), now >= from else { continue }
            do throws(KubernetesError) {
                _ = try await client.apply(
                    policy.kind, policy.name, in: policy.namespace, policy.body, manager: ControllerSettings.manager,
                    force: true)
                state.withLock { $0.left[policy.name] = nil }
                counts.add(.applyPolicy, isDone: true)
            } catch {
                state.withLock { $0.left[policy.name] = now + Self.again }
                counts.add(.applyPolicy, isDone: false)
                say(policy, error)
            }
        }
        await token.make()
    }

    private func say(_ policy: Policy, _ error: KubernetesError) {
        guard error != .cancelled, state.withLock({ $0.hasSaid.insert(policy.name).inserted }) else { return }
        log.warning(
            "The \(policy.kind.kind) \(policy.name) was not applied; see that the installation has brought it",
            metadata: ["error": "\(error)"])
    }
}
