import OpenAI
import Routing
import Synchronization
import WebServer

/// The picture of this worker that gateways have, and those who follow it.
final class LoadBoard: Sendable {
    /// Changes are told at most so often.
    static let interval = Duration.milliseconds(50)
    /// So many intervals without a change are followed by an event that says so: 200 ms, less than the 250 ms that
    /// gateways are promised.
    static let silentIntervals = 4

    private struct State {
        var journals: [String: PrefixJournal] = [:]
        var subscriptions: [LoadSubscription] = []
        /// What was told last.
        var load = WorkerLoad()
        var isDraining = false
        var sequence = 0
        var numSilent = 0
        var isClosed = false
    }

    private let worker: any EngineWorker
    private let running: RunningRequests
    private let clock: any Clock<Duration>
    private let state = Mutex(State())

    init(worker: any EngineWorker, running: RunningRequests, clock: any Clock<Duration>) {
        self.worker = worker
        self.running = running
        self.clock = clock
    }

    /// Tells what changes until the task is cancelled.
    func run() async {
        while (try? await clock.sleep(for: Self.interval)) != nil {
            guard state.withLock({ !$0.subscriptions.isEmpty }) else { continue }
            let load = await worker.load()
            publish(load, onlyNews: true)
        }
    }

    /// Learns what there is to report; to be called before anything else.
    func open() async {
        let models = await worker.describe().models
        state.withLock { state in
            for model in models {
                state.journals[model.card.id] = PrefixJournal(capacity: model.kvTokens / PrefixChain.chunkTokens)
            }
        }
    }

    /// A prefix was computed or found in the cache.
    func use(_ digests: [UInt64], of model: String) {
        state.withLock { $0.journals[model]?.use(digests) }
    }

    /// Begins to follow: the first event is the whole picture.
    /// - Parameter onDrop: is called when the follower is ended for being too slow.
    func subscribe(onDrop: @escaping @Sendable () -> Void) async -> LoadSubscription {
        let subscription = LoadSubscription(onDrop: onDrop)
        let load = await worker.load()
        let isDraining = running.isDraining
        state.withLock { state in
            guard !state.isClosed else { return subscription.end() }
            // The others hear what led here, for the numbers of events are everybody's.
            Self.tell(load, isDraining, in: &state)
            let all = state.journals.mapValues { PrefixChange(isReset: true, added: $0.all) }
            let picture = LoadEvent(sequence: state.sequence, isDraining: isDraining, load: load, prefixes: all)
            if subscription.put(picture.buffer) { state.subscriptions.append(subscription) }
        }
        return subscription
    }

    /// Tells the present state at once.
    func publish() async { publish(await worker.load(), onlyNews: false) }

    /// Ends all subscriptions, which are told first that the worker drains.
    func close() {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.isClosed = true
            Self.tell(state.load, true, in: &state)
            for subscription in state.subscriptions { subscription.end() }
            state.subscriptions = []
        }
    }

    private func publish(_ load: WorkerLoad, onlyNews: Bool) {
        let isDraining = running.isDraining
        state.withLock { state in
            let hasNews =
                load != state.load || isDraining != state.isDraining
                || state.journals.values.contains(where: \.hasChanged)
            state.numSilent += 1
            guard hasNews || !onlyNews || state.numSilent >= Self.silentIntervals else { return }
            Self.tell(load, isDraining, in: &state)
        }
    }

    private static func tell(_ load: WorkerLoad, _ isDraining: Bool, in state: inout State) {
        (state.load, state.isDraining, state.numSilent) = (load, isDraining, 0)
        state.sequence += 1
        var changes: [String: PrefixChange] = [:]
        for model in state.journals.keys { changes[model] = state.journals[model]?.takeChanges() }
        guard !state.subscriptions.isEmpty else { return }
        let event = LoadEvent(sequence: state.sequence, isDraining: isDraining, load: load, prefixes: changes).buffer
        state.subscriptions.removeAll { !$0.put(event) }
    }
}
