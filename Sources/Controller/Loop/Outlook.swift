package import Harvest
package import Kubernetes
import Synchronization

/// What the gateways said last. They are asked beside everything else, so that one that does not answer holds up
/// nothing.
package final class Outlook: Sendable {
    private struct State {
        var markets: [String: ModelMarket] = [:]
        var losses: [ObjectID: Int64] = [:]
    }

    private let view: GatewayView
    private let every: Duration
    private let time: TimeSource
    private let state = Mutex(State())

    package init(_ view: GatewayView, every: Duration, time: TimeSource) {
        self.view = view
        self.every = every
        self.time = time
    }

    package var losses: [ObjectID: Int64] { state.withLock { $0.losses } }

    /// One for each of the models.
    package func markets(_ models: [ServedModel]) -> [ModelMarket] {
        let known = state.withLock { $0.markets }
        return models.map { model in
            // A market of the spec as it was is none of the spec as it is.
            if let market = known[model.name], market.model == model { return market }
            return ModelMarket(model, pricePerToken: view.standardPrice, demandTokensPerSecond: 0)
        }
    }

    /// Asks until the task is cancelled.
    package func run(_ models: @escaping @Sendable () -> [ServedModel]) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.repeatedly { await self.askForMarkets(models()) } }
            group.addTask { await self.repeatedly { await self.askForLosses() } }
        }
    }

    private func repeatedly(_ body: @Sendable () async -> Void) async {
        while !Task.isCancelled {
            await body()
            try? await time.sleep(every)
        }
    }

    private func askForMarkets(_ models: [ServedModel]) async {
        let markets = await view.markets(models)
        state.withLock { $0.markets = Dictionary(markets.map { ($0.model.name, $0) }) { first, _ in first } }
    }

    private func askForLosses() async {
        let losses = await view.losses()
        state.withLock { $0.losses = losses }
    }
}
