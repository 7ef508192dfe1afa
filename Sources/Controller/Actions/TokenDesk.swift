import FoundationEssentials
import Harvest
import JSON
import Kubernetes
import Logging
import Synchronization

/// Makes the secret by which gateways prove themselves to workers, unless somebody has: so no installation has to hold
/// one. It is never read, and never written over.
final class TokenDesk: Sendable {
    private struct State {
        var isThere = false
        /// When it is tried again.
        var from = Duration.zero
        var hasSaid = false
    }

    private let client: KubernetesClient
    private let settings: WorkerSettings
    private let counts: CallCounts
    private let log: Logger
    private let state = Mutex(State())

    init(_ client: KubernetesClient, _ settings: WorkerSettings, counts: CallCounts, log: Logger) {
        self.client = client
        self.settings = settings
        self.counts = counts
        self.log = log
    }

    /// Does nothing once it is there.
    func make() async {
        let now = client.time.monotonic()
        guard state.withLock({ !$0.isThere && now >= $0.from }) else { return }
        do throws(KubernetesError) {
            _ = try await client.create(
                .secrets, secret, in: settings.namespace, manager: ControllerSettings.manager, within: PodDesk.limit)
            note(isThere: true)
            log.info("made the secret \(settings.tokenSecret), by which gateways prove themselves to workers")
        } catch {
            if error.isAlreadyExists { return note(isThere: true) }
            note(isThere: false)
            say(error)
        }
    }

    private var secret: JSON {
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        let token = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return [
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": ["name": .string(settings.tokenSecret), "namespace": .string(settings.namespace)],
            "data": ["token": .string(Data(token.utf8).base64EncodedString())],
        ]
    }

    private func note(isThere: Bool) {
        counts.add(.createSecret, isDone: isThere)
        let again = client.time.monotonic() + PolicyDesk.again
        state.withLock { ($0.isThere, $0.from) = (isThere, again) }
    }

    private func say(_ error: KubernetesError) {
        let isFirst = state.withLock { state in
            defer { state.hasSaid = true }
            return !state.hasSaid
        }
        guard error != .cancelled, isFirst else { return }
        log.warning(
            """
            The secret \(settings.tokenSecret) was not made, and workers do not start without it: \
            kubectl -n \(settings.namespace) create secret generic \(settings.tokenSecret) --from-literal=token=TOKEN
            """,
            metadata: ["error": "\(error)"])
    }
}
