package import Harvest
package import Ledger

/// What those know who serve the requests. Until gateways say it, nothing is known of any traffic.
///
/// The gateways will tell, from their queues and their ledger: for each model its price, how many generated tokens a
/// second are asked for and not served at once, and how fast workers were seen to run; for each worker its live
/// streams, its cached tokens and its earnings, of which `LossPrices.loss` makes a loss.
package struct GatewayView: Sendable {
    /// What each of these models is worth now; those that it leaves out are taken to have no demand.
    package var markets: @Sendable ([ServedModel]) async -> [ModelMarket]
    /// What the loss of each worker would cost; 1 for those that it leaves out.
    package var losses: @Sendable () async -> [ObjectID: Int64]
    /// For models of which nothing is said; nil for none.
    package var standardPrice: PicoUSD?

    package init(
        markets: @escaping @Sendable ([ServedModel]) async -> [ModelMarket] = { _ in [] },
        losses: @escaping @Sendable () async -> [ObjectID: Int64] = { [:] }, standardPrice: PicoUSD? = nil
    ) {
        self.markets = markets
        self.losses = losses
        self.standardPrice = standardPrice
    }

    /// No traffic is known: of each model as many workers as are to be kept warm, and all at the same price.
    package static func quiet(price: PicoUSD?) -> GatewayView { GatewayView(standardPrice: price) }
}
