import Gateway
import Ledger

/// Why a server does not start.
enum ServingError: Error, CustomStringConvertible {
    case noKeys(host: String)
    case unknownPool(String)
    /// A worker that others can reach without having to show anything.
    case openWorker(host: String)
    /// What cannot stand in a header; it is not repeated.
    case badToken
    /// One half of a pair of options.
    case half(given: String, missing: String)

    /// - Throws: where strangers could reach the server and nobody has a key.
    static func checkKeys(_ ledger: Ledger, _ configuration: GatewayConfiguration) async throws {
        if configuration.isLoopback { return }
        guard try await !ledger.directory().keys.isEmpty else { throw noKeys(host: configuration.host) }
    }

    /// - Parameter pools: those whose operators are to earn.
    /// - Throws: where nobody would earn.
    static func checkPools(_ ledger: Ledger, _ pools: [String]) async throws {
        let directory = try await ledger.directory()
        for pool in pools where directory.pools[pool] == nil { throw unknownPool(pool) }
    }

    var description: String {
        switch self {
        case .noKeys(let host):
            """
            \(host) can be reached from other machines, and there is no API key yet. Make a tenant and a key first:
              gleaner tenants add acme --credit-limit unlimited
              gleaner keys create --tenant acme
            or listen on 127.0.0.1, where none is needed.
            """
        case .unknownPool(let pool):
            """
            There is no pool '\(pool.prefix(80))' in the ledger. Say first who operates it and what the operator's share is:
              gleaner pools set \(Tenant.isID(pool) ? pool : "POOL") --operator OPERATOR --share 80%
            'gleaner pools list' shows which there are; without --pool the machine belongs to 'local'.
            """
        case .openWorker(let host):
            """
            \(host) can be reached from other machines, and whoever reaches a worker can use it. Set GLEANER_WORKER_TOKEN \
            here and at the gateway, or --tls-client-ca, or listen on 127.0.0.1.
            """
        case .badToken: "GLEANER_WORKER_TOKEN is no token: at most 512 letters, digits and signs without spaces."
        case .half(let given, let missing): "\(given) is given without \(missing): both are needed, or neither."
        }
    }
}
