import Logging
import Synchronization

/// Keeps a copy of the objects of a selection, and says how they change.
package final class Reflector<Object: KubernetesObject>: Sendable {
    private struct State {
        var machine: ReflectorMachine<Object>
        /// On the client's monotonic clock.
        var lastHeard: Duration?
        var readers: [Int: ChangeReader<Object>] = [:]
        var nextReader = 0
        var isOver = false
    }

    package let kind: ResourceKind<Object>
    package let selection: Selection
    private let client: KubernetesClient
    private let state: Mutex<State>

    package init(
        _ kind: ResourceKind<Object>, _ selection: Selection = .all, client: KubernetesClient, pageLimit: Int = 500
    ) {
        self.kind = kind
        self.selection = selection
        self.client = client
        state = Mutex(State(machine: ReflectorMachine(pageLimit: pageLimit)))
    }

    // MARK: What there is

    /// All objects, in no order.
    package var objects: [Object] { state.withLock { $0.machine.store.all } }

    /// The object of this name.
    package subscript(key: ObjectKey) -> Object? { state.withLock { $0.machine.store[key] } }

    /// The object of this identity.
    package subscript(uid uid: String) -> Object? { state.withLock { $0.machine.store[uid: uid] } }

    /// How far the copy can be trusted.
    package var health: ReflectorHealth { state.withLock { $0.machine.health } }

    /// How long ago the server last spoke; nil before it did. A watch that works says something every minute.
    package var silence: Duration? {
        let now = client.time.monotonic()
        return state.withLock { $0.lastHeard.map { now - $0 } }
    }

    /// The changes from now on, after one `added` for each object that is there. It ends when `run` does.
    package func changes() -> ObjectChanges<Object> {
        let reader = ChangeReader<Object>()
        let number = state.withLock { state in
            for object in state.machine.store.all { reader.append([.added(object)]) }
            if state.machine.health.isSynced { reader.append([.synced]) }
            if state.isOver { reader.finish() }
            state.readers[state.nextReader] = reader
            state.nextReader += 1
            return state.nextReader - 1
        }
        return ObjectChanges(reader) { [weak self] in
            self?.state.withLock { _ = $0.readers.removeValue(forKey: number) }
        }
    }

    // MARK: How it is kept

    /// Keeps the copy until the task is cancelled. To be called once.
    package func run() async {
        while !Task.isCancelled {
            switch state.withLock({ $0.machine.next }) {
            case .pause(let duration):
                try? await client.time.sleep(duration)
                state.withLock { $0.machine.paused() }
            case .list(let limit, let token): await list(limit: limit, continueToken: token)
            case .watch(let version): await watch(from: version)
            }
        }
        let readers = state.withLock { state in
            state.isOver = true
            return state.readers.values
        }
        for reader in readers { reader.finish() }
    }

    private func list(limit: Int, continueToken: String?) async {
        do {
            let page = try await client.page(kind, selection, limit: limit, continueToken: continueToken)
            tell { $0.listed(page) }
        } catch {
            if Task.isCancelled { return }
            report(error, "list")
            state.withLock { $0.machine.listFailed(error, chance: client.time.chance()) }
        }
    }

    private func watch(from version: String) async {
        // Not all watches of all controllers shall end together.
        let seconds = 300 + Int(300 * client.time.chance())
        let start = client.time.monotonic()
        var failure: KubernetesError?
        do {
            try await client.watch(kind, selection, from: version, seconds: seconds) { [self] events in
                tell { machine in
                    if events.isEmpty { machine.watchOpened() }
                    return events.flatMap { machine.received($0) }
                }
            }
        } catch {
            // An end that we wanted is no failure.
            if Task.isCancelled { return }
            report(error, "watch")
            failure = error
        }
        let lasted = client.time.monotonic() - start
        state.withLock { $0.machine.watchEnded(failure, lasted: lasted, chance: client.time.chance()) }
    }

    private func tell(_ body: (inout ReflectorMachine<Object>) -> [Change<Object>]) {
        let now = client.time.monotonic()
        state.withLock { state in
            state.lastHeard = now
            let changes = body(&state.machine)
            // Under the lock, so that all readers see one order and a new one neither misses nor repeats a change.
            if !changes.isEmpty { for reader in state.readers.values { reader.append(changes) } }
        }
    }

    private func report(_ error: KubernetesError, _ what: String) {
        // One line for an outage, not one for each try; that a revision is forgotten now and then is nothing to mend.
        let isFirst = state.withLock { $0.machine.health.failures == 0 }
        let level: Logger.Level = !isFirst ? .debug : error.isExpired ? .info : .warning
        client.log.log(
            level: level, "Cannot \(what) \(kind) for now; trying again", metadata: ["error": "\(error)"])
    }
}
