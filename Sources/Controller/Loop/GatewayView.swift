package import Ledger

/// Which gateways there are, and the way to them: they know what is asked for, what it brings and what runs where.
package struct GatewayView: Sendable {
    /// Those that are asked beside the ones whose pods are found, as `http://host:port`.
    package var addresses: [String]
    /// Where the gateways in pods listen; nil: they are not asked.
    package var port: Int?
    /// Asks one for its report, and returns the body of its answer. It throws when there is none in time.
    package var ask: @Sendable (_ address: String) async throws -> [UInt8]
    /// Of a token of those models whose price no gateway knows; nil: they are not served for money.
    package var standardPrice: PicoUSD?

    package init(
        addresses: [String] = [], port: Int? = nil, standardPrice: PicoUSD? = nil,
        ask: @escaping @Sendable (_ address: String) async throws -> [UInt8]
    ) {
        self.addresses = addresses
        self.port = port
        self.standardPrice = standardPrice
        self.ask = ask
    }

    /// No traffic is known: of each model as many workers as are to be kept warm, and all at the same price.
    package static func quiet(price: PicoUSD?) -> GatewayView { GatewayView(standardPrice: price) { _ in [] } }

    /// Everybody who is asked now, in a fixed order.
    func everyone(_ found: PodAddresses) -> [String] {
        guard let port else { return addresses }
        let pods = found.gateways.values.map { "http://" + ($0.contains(":") ? "[\($0)]" : $0) + ":\(port)" }
        return addresses + Set(pods).subtracting(addresses).sorted()
    }
}
