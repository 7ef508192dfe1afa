import Logging
import OpenAI
import Synchronization

/// The workers that a gateway was told of, and which of them can be used.
final class FleetMembers: Sendable {
    let all: [FleetMember]
    private let limits: MemberLimits
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Double
    private let logger: Logger
    private let arrivals = Arrivals()
    /// Where the next search for a ready worker begins, so that all share what any can do.
    private let turn = Atomic(0)

    /// The most workers of one gateway.
    static let maximumCount = 1024

    /// - Parameters:
    ///   - remotes: the workers and the way to each; at most ``maximumCount``.
    ///   - now: a monotonic clock in seconds.
    init(
        _ remotes: [(place: WorkerPlace, remote: any RemoteWorker)], limits: MemberLimits = MemberLimits(),
        clock: any Clock<Duration>, now: @escaping @Sendable () -> Double, logger: Logger
    ) {
        precondition(remotes.count <= Self.maximumCount, "more workers than a gateway can tell apart")
        all = remotes.enumerated().map { FleetMember(index: $0, place: $1.place, remote: $1.remote) }
        self.limits = limits
        self.clock = clock
        self.now = now
        self.logger = logger
    }

    /// Watches every worker until the task is cancelled.
    func watch(_ listener: MemberWatch.Listener) async {
        var listener = listener
        listener.arrived = { [arrivals, arrived = listener.arrived] member, description in
            arrived(member, description)
            arrivals.note()
        }
        await withTaskGroup(of: Void.self) { group in
            for member in all {
                let watch = MemberWatch(
                    member: member, limits: limits, listener: listener, clock: clock, now: now, logger: logger)
                group.addTask { await watch.run() }
            }
        }
        for member in all { await member.remote.close() }
    }

    /// Waits until some worker arrives, or the time is up.
    func waitForArrival(atMost seconds: Double) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [arrivals] in await arrivals.next() }
            group.addTask { [clock] in try? await clock.sleep(for: .seconds(seconds)) }
            await group.next()
            group.cancelAll()
        }
    }

    // MARK: Models

    var isAnyReady: Bool { all.contains { $0.known.isReady } }

    /// The workers that can be given requests for a model now, each time beginning with another.
    func ready(for model: String) -> [FleetMember] {
        let ready = all.filter { member in
            let known = member.known
            return known.isReady && known.serves(model)
        }
        guard !ready.isEmpty else { return [] }
        let first = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        let start = Int(UInt(bitPattern: first) % UInt(ready.count))
        return Array(ready[start...] + ready[..<start])
    }

    /// A model that some worker has or had: what is away may come back while a request waits.
    func model(_ id: String) -> ModelCard? {
        let known = all.map(\.known).filter { $0.serves(id) }
        let ready = known.filter(\.isReady)
        let cards = (ready.isEmpty ? known : ready).compactMap { $0.card(of: id) }
        // A request goes only to workers that can hold it.
        guard var card = cards.max(by: { $0.contextLength < $1.contextLength }) else { return nil }
        card.isReady = !ready.isEmpty
        card.maximumConcurrency = cards.reduce(0) { $0 + ($1.maximumConcurrency ?? 0) }
        return card
    }

    /// All models, as one list.
    func cards() -> [ModelCard] {
        var ids: Set<String> = []
        var order: [String] = []
        for member in all {
            for model in member.known.description?.worker.models ?? [] where ids.insert(model.card.id).inserted {
                order.append(model.card.id)
            }
        }
        return order.compactMap { model($0) }
    }
}

extension MemberState {
    func model(_ id: String) -> WorkerDescription.Model? { description?.worker.models.first { $0.card.id == id } }

    func serves(_ id: String) -> Bool { model(id) != nil }

    func card(of id: String) -> ModelCard? { model(id)?.card }
}
