package import WebServer

/// Where the front door listens and what it holds clients to.
package struct GatewayConfiguration: Sendable, Equatable {
    package var host: String
    /// 0 = any free port; `GatewayServer.boundPort` tells which.
    package var port: Int
    /// What answers carry as `system_fingerprint`: the name of this build and its settings.
    package var systemFingerprint: String
    /// The pool whose operator earns with this worker.
    package var pool: String
    package var limits: ServerLimits
    /// Nil: plain HTTP.
    package var tls: ServerTLS?

    package init(
        host: String = "127.0.0.1", port: Int = 8000, systemFingerprint: String = "fp_gleaner", pool: String = "local",
        limits: ServerLimits = ServerLimits()
    ) {
        self.host = host
        self.port = port
        self.systemFingerprint = systemFingerprint
        self.pool = pool
        self.limits = limits
    }

    /// Where the server is reached.
    /// - Parameter port: the one that it got.
    package func url(port: Int) -> String { address.url(port: port, isEncrypted: tls != nil) }

    var address: ListenAddress { ListenAddress(host: host, port: port) }

    /// Whether only programs on this machine can connect.
    package var isLoopback: Bool { address.isLoopback }
}
