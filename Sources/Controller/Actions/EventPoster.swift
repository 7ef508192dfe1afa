import Harvest
import JSON
package import Kubernetes
package import Logging
import Synchronization

/// Writes Events, for people: they wait in a queue, and neither hold up nor stop anything.
package final class EventPoster: Sendable {
    private struct Posting: Sendable {
        let draft: EventDraft
        let name: String?
    }

    private struct Said: Hashable {
        let regarding: String
        let reason: String
        let note: String
    }

    private let client: KubernetesClient
    private let namespace: String
    private let instance: String
    private let counts: CallCounts
    private let log: Logger
    private let postings: AsyncStream<Posting>
    private let queue: AsyncStream<Posting>.Continuation
    private let said = Mutex<[Said: Duration]>([:])

    /// More of them at a time help nobody.
    static let mostWaiting = 512
    /// The same is not said of the same object more often.
    static let repeatAfter: Duration = .seconds(600)

    /// - Parameter namespace: where events about what has no namespace are kept.
    package init(
        _ client: KubernetesClient, namespace: String, instance: String, counts: CallCounts, log: Logger
    ) {
        self.client = client
        self.namespace = namespace
        self.instance = instance
        self.counts = counts
        self.log = log
        (postings, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.mostWaiting))
    }

    /// - Parameter name: where several processes say the same, so that only one of them does.
    package func post(
        _ reason: String, action: String, _ note: String, regarding: ObjectReference, isWarning: Bool = false,
        name: String? = nil
    ) {
        guard isNew(Said(regarding: regarding.uid, reason: reason, note: note)) else { return }
        let draft = EventDraft(
            reason, action: action, note: note, regarding: regarding, at: client.time.wall(), isWarning: isWarning)
        if case .dropped = queue.yield(Posting(draft: draft, name: name)) { counts.add(.postEvent, isDone: false) }
    }

    private func isNew(_ what: Said) -> Bool {
        let now = client.time.monotonic()
        return said.withLock { said in
            if let before = said[what], now - before < Self.repeatAfter { return false }
            if said.count > Self.mostWaiting { said = said.filter { now - $0.value < Self.repeatAfter } }
            // Who says so much that is new need not be kept from repeating it.
            if said.count > 8 * Self.mostWaiting { said = [:] }
            said[what] = now
            return true
        }
    }

    /// Posts until the task is cancelled. To be called once.
    package func run() async {
        for await posting in postings { await send(posting) }
    }

    private func send(_ posting: Posting) async {
        let namespace = posting.draft.regarding.namespace.isEmpty ? namespace : posting.draft.regarding.namespace
        var body = posting.draft.json(reporter: ControllerSettings.reporter, instance: instance)
        if let name = posting.name, case .object(var object) = body {
            object["metadata"] = ["name": .string(name)]
            body = .object(object)
        }
        do throws(KubernetesError) {
            _ = try await client.create(
                .events, body, in: namespace, manager: ControllerSettings.manager, within: PodDesk.limit)
            counts.add(.postEvent, isDone: true)
        } catch {
            if error.isAlreadyExists { return }
            counts.add(.postEvent, isDone: false)
            log.debug("An Event was not written", metadata: ["error": "\(error)", "reason": "\(posting.draft.reason)"])
        }
    }
}
