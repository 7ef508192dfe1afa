package import Harvest
package import Kubernetes
import Ledger
package import Logging
import Synchronization

/// What the gateways said last. They are asked beside everything else, and each by itself, so that one that does not
/// answer holds up nothing.
package final class Outlook: Sendable {
    private struct State {
        var book = GatewayBook()
        var speeds = SpeedBook()
        var losses: [ObjectID: Int64] = [:]
        /// Those of which it was said that they do not answer.
        var silent: Set<String> = []
    }

    private let view: GatewayView
    private let every: Duration
    private let time: TimeSource
    private let log: Logger
    private let lane = CallLane(width: 16)
    private let hurry = Bell()
    /// Rings when somebody waits for what is not there.
    private let demandBell: Bell
    private let state = Mutex(State())

    /// An answer is not waited for any longer.
    static let patience: Duration = .seconds(2)
    /// They are not asked more often, however much happens.
    static let pause: Duration = .milliseconds(500)

    package init(_ view: GatewayView, every: Duration, demandBell: Bell, time: TimeSource, log: Logger) {
        self.view = view
        self.every = every
        self.demandBell = demandBell
        self.time = time
        self.log = log
    }

    /// What the loss of each worker would cost that a gateway knows; empty while none says anything.
    package var losses: [ObjectID: Int64] { state.withLock { $0.losses } }

    /// Whether some gateway answers.
    package var isHeard: Bool { state.withLock { !$0.book.isSilent } }

    /// One for each of the models.
    package func markets(_ models: [ServedModel]) -> [ModelMarket] {
        state.withLock { state in
            models.map { model in
                var market = state.book.market(model, standardPrice: view.standardPrice)
                market.measuredSpeeds = state.speeds.speeds(of: model.name)
                return market
            }
        }
    }

    /// Has the gateways asked now: something has happened that they know more of.
    package func ask() { hurry.ring() }

    /// Asks until the task is cancelled.
    ///
    /// - Parameter noted: is called after each round with what became of the workers that went.
    package func run(_ look: @escaping @Sendable () -> Look, noted: @Sendable (DepartedWorkers) -> Void) async {
        while !Task.isCancelled {
            let addresses = view.everyone(look().picture.addresses)
            await withDiscardingTaskGroup { group in
                for address in addresses.prefix(GatewayBook.mostGateways) {
                    group.addTask { _ = await self.lane.run { await self.ask(address, look) } }
                }
            }
            settle(look())
            noted(state.withLock { $0.book.departures })
            try? await time.sleep(Self.pause)
            await hurry.wait(atMost: max(.zero, every - Self.pause), time)
        }
    }

    private func ask(_ address: String, _ look: @Sendable () -> Look) async {
        do {
            let bytes = try await answer(of: address)
            let word = try GatewayWord(bytes)
            let nowMs = look().nowMs
            let isBack = state.withLock { state in
                state.book.hear(word, from: address, atMs: nowMs)
                return state.silent.remove(address) != nil
            }
            if isBack { log.info("the gateway at \(address) answers again") }
            if word.models.values.contains(where: { $0.numWaiting > 0 }) { demandBell.ring() }
        } catch {
            guard !Task.isCancelled, state.withLock({ $0.silent.insert(address).inserted }) else { return }
            log.warning("the gateway at \(address) does not answer", metadata: ["error": "\(error)"])
        }
    }

    private func answer(of address: String) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask { [view] in try await view.ask(address) }
            group.addTask { [time] in
                try await time.sleep(Self.patience)
                throw NoAnswer()
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    /// Joins what was said with the pods that there are.
    private func settle(_ look: Look) {
        let known = KnownWorkers(look)
        state.withLock { state in
            state.book.expire(nowMs: look.nowMs)
            state.silent.formIntersection(view.everyone(look.picture.addresses))
            state.losses = [:]
            for (key, worker) in state.book.workers {
                guard let pod = known[key] else { continue }
                state.losses[pod.id] = LossPrices().loss(activity(worker, pod.model, state.book))
                if worker.isFull {
                    state.speeds.learn(pod.model, product: pod.product, tokensPerSecond: worker.tokensPerSecond)
                }
            }
        }
    }

    private func activity(_ worker: GatewayWord.Worker, _ model: String, _ book: GatewayBook) -> WorkerActivity {
        let price = book.pricePerToken(model) ?? view.standardPrice
        let perHour = Int128(worker.tokensPerSecond * 3600)
        return WorkerActivity(
            numStreams: worker.numStreams, numLiveTokens: worker.numLiveTokens,
            numCachedTokens: worker.numCachedTokens,
            earningsPerHour: price.map { .init(pico: $0.pico * perHour) } ?? .zero)
    }
}

/// A gateway took too long.
private struct NoAnswer: Error, CustomStringConvertible {
    var description: String { "nothing came within \(Outlook.patience)" }
}
