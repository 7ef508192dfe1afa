import Glibc

/// Where the front door listens and what it holds clients to.
package struct GatewayConfiguration: Sendable, Equatable {
    package var host: String
    /// 0 = any free port; `GatewayServer.boundPort` tells which.
    package var port: Int
    /// What answers carry as `system_fingerprint`: the name of this build and its settings.
    package var systemFingerprint: String
    /// The pool whose operator earns with this worker.
    package var pool: String
    package var limits: GatewayLimits

    package init(
        host: String = "127.0.0.1", port: Int = 8000, systemFingerprint: String = "fp_gleaner", pool: String = "local",
        limits: GatewayLimits = GatewayLimits()
    ) {
        self.host = host
        self.port = port
        self.systemFingerprint = systemFingerprint
        self.pool = pool
        self.limits = limits
    }

    /// Whether only programs on this machine can connect. A name proves nothing, whatever it looks like, except
    /// `localhost`, which RFC 6761 keeps for this machine.
    package var isLoopback: Bool {
        if host == "localhost" { return true }
        var (address4, address6) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, host, &address4) == 1 { return UInt32(bigEndian: address4.s_addr) >> 24 == 127 }
        guard inet_pton(AF_INET6, host, &address6) == 1 else { return false }
        return withUnsafeBytes(of: &address6) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
    }
}

/// Bounds on what strangers can make the server hold or wait for.
package struct GatewayLimits: Sendable, Equatable {
    /// The largest request body, in bytes; beyond it 413.
    package var bodyBytes = 16 << 20
    /// All request bodies that are being read or parsed together, in bytes; beyond it 429.
    package var bodyBytesInFlight = 256 << 20
    /// All header fields of a request together, in bytes; beyond it 431.
    package var headerBytes = 16 << 10
    /// Connections at once; beyond it 503.
    package var connections = 4096
    /// From the head of a request to the end of its body; beyond it 408.
    package var bodyDeadline = Duration.seconds(30)
    /// A connection without a complete request head is closed after this.
    package var idleTimeout = Duration.seconds(60)
    /// A client that takes nothing of its answer for so long is cut off.
    package var stalledReaderTimeout = Duration.seconds(60)
    /// A stream that is silent for so long gets a comment, so that no proxy takes it for dead.
    package var keepAliveInterval = Duration.seconds(10)
    /// How long running requests may go on after the server was told to stop.
    package var drainDeadline = Duration.seconds(30)

    package init() {}
}
