package import Ledger

/// What one gateway said of its fleet. It comes from outside: every number is brought into its range, every list is
/// bounded. Ages are seconds before it was said.
package struct GatewayWord: Sendable, Equatable {
    /// Tells the gateway from others, by whatever address it is reached, and from itself after a restart.
    package let gateway: String
    /// By name.
    package let models: [String: Model]
    package let workers: [Worker]
    package let departures: [Departure]

    package struct Model: Sendable, Equatable {
        package var numWaiting = 0
        package var waitingTokens = 0.0
        package var refusedTokensPerSecond = 0.0
        package var servedTokensPerSecond = 0.0
        package var promptTokensPerSecond = 0.0
        /// Nil while its ledger has none.
        package var prices: TokenPrices?

        package init() {}
    }

    package struct Worker: Sendable, Equatable {
        package let key: WorkerKey
        package var numStreams = 0
        package var numLiveTokens = 0
        package var numCachedTokens = 0
        package var tokensPerSecond = 0.0
        package var isFull = false

        package init(key: WorkerKey) { self.key = key }
    }

    package struct Departure: Sendable, Equatable {
        package let key: WorkerKey
        package var age = 0.0
        package var drainedAge: Double?
        package var goneAge: Double?
        package var numStreamsMoved = 0
        package var numStreamsReported = 0
        package var numTokensReplayed = 0
        package var longestPause: Double?

        package init(key: WorkerKey) { self.key = key }
    }

    package init(
        gateway: String, models: [String: Model] = [:], workers: [Worker] = [], departures: [Departure] = []
    ) {
        self.gateway = gateway
        self.models = models
        self.workers = workers
        self.departures = departures
    }
}

/// Which worker a gateway speaks of: its pod's UID where it was found by its pod, and the host of its address.
package struct WorkerKey: Sendable, Hashable {
    package let name: String
    package let host: String

    package init(name: String, host: String) {
        self.name = name
        self.host = host
    }

    /// - Parameter url: such as `http://10.0.0.7:8081`.
    init(name: String, url: String) {
        self.init(name: name, host: Self.host(of: url))
    }

    private static func host(of url: String) -> String {
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        let authority = rest.prefix { $0 != "/" }
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }
}
