import ArgumentParser
import AsyncHTTPClient
import Controller
import Fleet
import Foundation
import Ledger

/// How a controller reaches the gateways, which know what is asked for.
struct GatewayReachFlags: ParsableArguments {
    @Option(
        name: .customLong("gateway"),
        help: "A gateway that is asked beside those found by their pods, http://host:port; once for each.")
    var gateways: [String] = []

    @Option(help: "Where the gateways in pods listen.")
    var gatewayPort = 8080

    @Option(
        help: "A file with the token that gateways ask for, read each time; without it GLEANER_WORKER_TOKEN.",
        completion: .file())
    var workerTokenFile: String?

    func validate() throws {
        for gateway in gateways {
            guard let url = URL(string: gateway), ["http", "https"].contains(url.scheme), url.host?.isEmpty == false,
                url.path.isEmpty || url.path == "/", url.query == nil
            else {
                let given = gateway.prefix(200)
                throw ValidationError("--gateway '\(given)' is no address such as http://10.0.0.7:8080.")
            }
        }
        guard (1...65_535).contains(gatewayPort) else {
            throw ValidationError("--gateway-port \(gatewayPort) is no port; write 1 to 65535.")
        }
    }

    /// The token as it is now; nil for none.
    func token(environment: [String: String]) -> String? {
        guard let workerTokenFile else { return environment["GLEANER_WORKER_TOKEN"] }
        // A file that is not there yet, or has nothing in it, is read again the next time.
        let text = (try? String(contentsOfFile: workerTokenFile, encoding: .utf8)) ?? ""
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return token.isEmpty || token.utf8.count > 512 ? nil : token
    }

    /// - Parameter client: the caller's to shut down, and made with `FleetReportClient.configuration`.
    func view(_ client: HTTPClient, price: PicoUSD?, environment: [String: String]) -> GatewayView {
        let addresses = gateways.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        return GatewayView(addresses: addresses, port: gatewayPort, standardPrice: price) { address in
            let token = token(environment: environment)
            return try await FleetReportClient(client, token: token, mostBytes: GatewayWord.mostBytes).ask(address)
        }
    }
}
