package import CoreMetrics
package import Logging
package import OpenAI
import Routing
import Synchronization

/// Many workers in other processes as one: what stands behind a gateway's front door.
///
/// An answer goes on from another worker when its own is drained, killed, hung or cut off; the reader sees a pause.
package final class FleetWorker: Worker {
    package let id = "gateway-" + String(UInt64.random(in: .min ... .max), radix: 16)
    let members: FleetMembers
    let dispatcher: Dispatcher
    let unserved: UnservedRequests
    /// The models that are offered although no worker may have them.
    let offers = Mutex<Set<String>>([])
    private let clock: any Clock<Duration>

    /// - Parameters:
    ///   - workers: where they are, and the way to each; at most ``FleetMembers/maximumCount``.
    ///   - clock: measures every wait.
    package init(
        _ workers: [(place: WorkerPlace, remote: any RemoteWorker)], configuration: FleetConfiguration,
        metrics: any MetricsFactory, logger: Logger, clock: some Clock<Duration>
    ) {
        let begin = clock.now
        let now: @Sendable () -> Double = { begin.duration(to: clock.now) / .seconds(1) }
        members = FleetMembers(workers, limits: configuration.members, clock: clock, now: now, logger: logger)
        dispatcher = Dispatcher(
            members: members, configuration: configuration, now: now, metrics: metrics, logger: logger)
        let limits = configuration.queueLimits
        unserved = UnservedRequests(limits: (limits.requestsPerTier, limits.requestsPerTenant))
        self.clock = clock
    }

    /// A worker was found; it can be used as soon as it answers.
    ///
    /// - Parameter name: tells it from all others.
    /// - Returns: false when one of this name has not gone, or when a gateway cannot tell more apart.
    @discardableResult
    package func join(_ name: String, _ place: WorkerPlace, _ remote: any RemoteWorker) -> Bool {
        members.join(name, place, remote)
    }

    /// A worker is known to go: it is given nothing new, and forgotten when it has gone.
    package func expectEnd(of name: String) {
        if let member = members.expectEnd(of: name) { dispatcher.drain(member) }
    }

    package func models() async -> [ModelCard] { cards }

    /// Those that workers have or had, and those that are only offered.
    var cards: [ModelCard] {
        let cards = members.cards()
        let known = Set(cards.map(\.id))
        let offered = offers.withLock { $0 }.subtracting(known).sorted()
        return cards + offered.map { ModelCard(id: $0, created: 0, contextLength: 0, isReady: false) }
    }

    /// The models, as soon as a worker has told some; none when the time is up.
    package func firstModels(within seconds: Double) async -> [ModelCard] {
        let end = dispatcher.now() + seconds
        while members.cards().isEmpty, dispatcher.now() < end, !Task.isCancelled {
            await members.waitForArrival(atMost: end - dispatcher.now())
        }
        return members.cards()
    }

    package var isReady: Bool {
        // A request for a model that is offered waits for the worker that it brings about.
        get async { members.isAnyReady || offers.withLock { !$0.isEmpty } }
    }

    package func counters() async -> WorkerCounters? { nil }

    package func standing(of requestID: String, tenant: String) async -> RequestStanding? {
        dispatcher.standing(of: requestID, tenant: tenant) ?? unserved.standing(of: requestID, tenant: tenant)
    }

    package func prepare(_ request: GenerationRequest) async throws(APIError) -> any PreparedGeneration {
        guard members.model(request.model) != nil || offers.withLock({ $0.contains(request.model) }) else {
            throw .modelNotFound(request.model)
        }
        let (prompts, contextLength) = try await read(request)
        return try PreparedFleetRequest(
            request, prompts: prompts, contextLength: contextLength, dispatcher: dispatcher)
    }

    /// Any worker that has the model can tell its tokens and its context; while there is none, the request waits as it
    /// would for a place.
    private func read(_ request: GenerationRequest) async throws(APIError) -> (prompts: [[Int32]], contextLength: Int) {
        let end = dispatcher.latestStart(of: request)
        if let found = try await ask(request) { return found }
        let tokens = dispatcher.expectedTokens(of: request)
        try unserved.enter(request, tokens: tokens)
        defer { unserved.leave(request) }
        while case let left = end - dispatcher.now(), left > 0, !Task.isCancelled {
            await members.waitForArrival(atMost: min(left, Self.retrySeconds))
            if let found = try await ask(request) { return found }
        }
        if !Task.isCancelled { dispatcher.record.refused(request.model, tokens: tokens) }
        throw .unavailable("No worker has the model '\(request.model)' ready now; try again.")
    }

    /// A worker that is there and did not answer is asked again after so long.
    private static let retrySeconds = 0.25

    /// - Returns: nil while no worker can tell.
    private func ask(_ request: GenerationRequest) async throws(APIError) -> (prompts: [[Int32]], contextLength: Int)? {
        let prompts: [[Int32]]? =
            if case .tokens(let tokens) = request.prompt { tokens } else { try await askForTokens(request) }
        guard let prompts, let model = members.model(request.model) else { return nil }
        return (prompts, model.contextLength)
    }

    /// - Returns: nil when no worker answered.
    private func askForTokens(_ request: GenerationRequest) async throws(APIError) -> [[Int32]]? {
        for member in members.ready(for: request.model) {
            do {
                return try await member.remote.tokenize(request)
            } catch RemoteFailure.refused(let error) {
                throw error
            } catch {
                continue
            }
        }
        return nil
    }
}

extension FleetWorker {
    /// How late a request that waited too long is told.
    private static let interval = Duration.milliseconds(50)
    /// How late a silent worker's choices are taken back, and metrics tell.
    private static let reportInterval = Duration.seconds(1)

    /// Watches the workers and keeps the queues moving until the task is cancelled.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [members, dispatcher] in await members.watch(dispatcher.listener) }
            group.addTask { [dispatcher, clock] in
                while (try? await clock.sleep(for: Self.interval)) != nil { dispatcher.pumpAll() }
            }
            group.addTask { [dispatcher, clock] in
                while (try? await clock.sleep(for: Self.reportInterval)) != nil {
                    dispatcher.takeBackStalled()
                    dispatcher.observe()
                }
            }
        }
    }
}
