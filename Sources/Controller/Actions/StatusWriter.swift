package import JSON
package import Kubernetes
package import Logging
import Synchronization

/// Writes the status of our own objects, when there is something new to say.
package final class StatusWriter: Sendable {
    /// A status to be written.
    package struct Update: Sendable {
        package let kind: ResourceKind<GenericObject>
        /// As it is known.
        package let object: GenericObject
        package let status: JSON

        package init(_ kind: ResourceKind<GenericObject>, _ object: GenericObject, _ status: JSON) {
            self.kind = kind
            self.object = object
            self.status = status
        }
    }

    private struct Written {
        let status: JSON
        let at: Duration
    }

    private let client: KubernetesClient
    private let counts: CallCounts
    private let log: Logger
    private let lane: CallLane
    private let pause: Duration
    private let written = Mutex<[String: Written]>([:])

    /// What another has changed is put right after this long.
    static let trust: Duration = .seconds(60)

    /// - Parameter pause: the same object is not written more often, unless a condition changes.
    package init(_ client: KubernetesClient, lane: CallLane, pause: Duration, counts: CallCounts, log: Logger) {
        self.client = client
        self.lane = lane
        self.pause = pause
        self.counts = counts
        self.log = log
    }

    /// Writes those that say something new; the rest is forgotten.
    package func write(_ updates: [Update]) async {
        let uids = Set(updates.map(\.object.metadata.uid))
        written.withLock { written in written = written.filter { uids.contains($0.key) } }
        await withTaskGroup(of: Void.self) { group in
            for update in updates where isDue(update) {
                group.addTask { _ = await self.lane.run { await self.send(update) } }
            }
        }
    }

    private func isDue(_ update: Update) -> Bool {
        if update.object.status == update.status { return false }
        guard let last = written.withLock({ $0[update.object.metadata.uid] }) else { return true }
        let age = client.time.monotonic() - last.at
        if last.status == update.status { return age >= Self.trust }
        return age >= pause || last.status["conditions"] != update.status["conditions"]
    }

    private func send(_ update: Update) async {
        let metadata = update.object.metadata
        do throws(KubernetesError) {
            _ = try await client.apply(
                update.kind, metadata.name, in: metadata.namespace, ["status": update.status],
                manager: ControllerSettings.manager, force: true, subresource: .status)
            let now = client.time.monotonic()
            written.withLock { $0[metadata.uid] = Written(status: update.status, at: now) }
            counts.add(.writeStatus, isDone: true)
        } catch {
            counts.add(.writeStatus, isDone: false)
            if error.isNotFound || error == .cancelled { return }
            log.warning(
                "The status of \(update.kind) \(metadata.key) was not written", metadata: ["error": "\(error)"])
        }
    }
}
