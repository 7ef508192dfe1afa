import Logging
import OpenAI
import Synchronization

/// The workers that a gateway was told of, and which of them can be used. More can join while it runs; one that was to
/// leave and has gone is forgotten, and its place is the next one's.
final class FleetMembers: Sendable {
    private let state: Mutex<State>
    private let (joins, joined) = AsyncStream<FleetMember>.makeStream()
    private let limits: MemberLimits
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Double
    private let logger: Logger
    private let arrivals = Arrivals()
    /// Where the next search for a ready worker begins, so that all share what any can do.
    private let turn = Atomic(0)

    private struct State {
        var places: [FleetMember] = []
        /// The indices of those who have gone.
        var gone: Set<Int> = []
        /// What those who have gone had: it may come back while a request waits.
        var pastCards: [String: ModelCard] = [:]
    }

    /// The most workers of one gateway.
    static let maximumCount = 1024
    /// The most models that are remembered beyond their workers.
    private static let maximumPastCards = 256

    /// - Parameters:
    ///   - remotes: the workers and the way to each; at most ``maximumCount``.
    ///   - now: a monotonic clock in seconds.
    init(
        _ remotes: [(place: WorkerPlace, remote: any RemoteWorker)], limits: MemberLimits = MemberLimits(),
        clock: any Clock<Duration>, now: @escaping @Sendable () -> Double, logger: Logger
    ) {
        precondition(remotes.count <= Self.maximumCount, "more workers than a gateway can tell apart")
        let members = remotes.enumerated().map {
            FleetMember(index: $0, name: "\($0)", place: $1.place, remote: $1.remote)
        }
        state = Mutex(State(places: members))
        self.limits = limits
        self.clock = clock
        self.now = now
        self.logger = logger
        for member in members { joined.yield(member) }
    }

    /// All but those who have gone.
    var all: [FleetMember] {
        state.withLock { state in
            state.gone.isEmpty ? state.places : state.places.filter { !state.gone.contains($0.index) }
        }
    }

    /// Whoever has the place; one who has gone fails what it is sent.
    subscript(index: Int) -> FleetMember { state.withLock { $0.places[index] } }

    // MARK: Coming and going

    /// - Returns: whether it is one of them now: not when one of its name is, or when there are too many.
    func join(_ name: String, _ place: WorkerPlace, _ remote: any RemoteWorker) -> Bool {
        let member = state.withLock { state -> FleetMember? in
            let isKnown = state.places.contains { $0.name == name && !state.gone.contains($0.index) }
            let free = state.gone.first { !state.places[$0].hasFlights }
            guard !isKnown, free != nil || state.places.count < Self.maximumCount else { return nil }
            let member = FleetMember(index: free ?? state.places.count, name: name, place: place, remote: remote)
            if let free {
                state.places[free] = member
                state.gone.remove(free)
            } else {
                state.places.append(member)
            }
            return member
        }
        if let member { joined.yield(member) }
        return member != nil
    }

    /// - Returns: nil when there is none of that name.
    func expectEnd(of name: String) -> FleetMember? {
        let member = all.first { $0.name == name }
        member?.change { $0.expectEnd() }
        return member
    }

    private func forget(_ member: FleetMember) {
        state.withLock { state in
            for model in member.known.description?.worker.models ?? []
            where state.pastCards.count < Self.maximumPastCards {
                state.pastCards[model.card.id] = model.card
            }
            state.gone.insert(member.index)
        }
    }

    /// Watches every worker until the task is cancelled. Called once.
    func watch(_ listener: MemberWatch.Listener) async {
        var listener = listener
        listener.arrived = { [arrivals, arrived = listener.arrived] member, description in
            arrived(member, description)
            arrivals.note()
        }
        await withDiscardingTaskGroup { group in
            for await member in joins {
                let watch = MemberWatch(
                    member: member, limits: limits, listener: listener, clock: clock, now: now, logger: logger)
                group.addTask { [self] in
                    await watch.run()
                    await member.remote.close()
                    if !Task.isCancelled { forget(member) }
                }
            }
        }
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
        let (members, past) = (all, state.withLock { $0.pastCards[id] })
        let known = members.map(\.known).filter { $0.serves(id) }
        let ready = known.filter(\.isReady)
        let cards = (ready.isEmpty ? known : ready).compactMap { $0.card(of: id) }
        // A request goes only to workers that can hold it.
        guard var card = cards.max(by: { $0.contextLength < $1.contextLength }) ?? past else { return nil }
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
        order += state.withLock { $0.pastCards.keys.sorted() }.filter { !ids.contains($0) }
        return order.compactMap { model($0) }
    }
}

extension MemberState {
    func model(_ id: String) -> WorkerDescription.Model? { description?.worker.models.first { $0.card.id == id } }

    func serves(_ id: String) -> Bool { model(id) != nil }

    func card(of id: String) -> ModelCard? { model(id)?.card }
}
