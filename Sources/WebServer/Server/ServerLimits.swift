/// Bounds on what strangers can make a server hold or wait for.
package struct ServerLimits: Sendable, Equatable {
    /// The largest request body, in bytes; beyond it 413.
    package var bodyBytes = 16 << 20
    /// All request bodies that are being read or parsed together, in bytes; beyond it 429.
    package var bodyBytesInFlight = 256 << 20
    /// All header fields of a request together, in bytes; beyond it 431.
    package var headerBytes = 16 << 10
    /// Connections at once; beyond it 503.
    package var connections = 4096
    /// Open files that serving a connection may take: its own, and that of a connection to who does the work.
    package var filesPerConnection = 1
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

    /// Connections beyond the limit that are accepted only to be told so; still others wait to be accepted.
    static let refusals = 128

    /// Open files that all connections may take, with what there is beside them.
    package var files: Int { connections * filesPerConnection + Self.refusals + OpenFileLimit.reserve }

    /// The connections that so many open files are enough for; never more than ``connections``, and never none.
    package func connections(within files: Int) -> Int {
        max(1, min(connections, (files - Self.refusals - OpenFileLimit.reserve) / filesPerConnection))
    }
}
