package import NIOCore

/// Has the system ask the other end of a silent connection whether it is still there.
///
/// A watch may be silent for a minute in peace. Where the other end has gone without a word, as when a node or its
/// network dies, the connection ends half a minute later instead of when the silence has become too long.
package enum KeepAlive {
    /// Of silence until the first question, and between two.
    package static let (idleSeconds, intervalSeconds) = (10, 5)
    /// So many without an answer end the connection.
    package static let mostUnanswered = 3

    /// Done whether or not the system has it: without it the connection only ends later.
    package static func begin(on channel: any Channel) -> EventLoopFuture<Void> {
        let options = options.map { channel.setOption($0.option, value: $0.value) }
        return .andAllComplete(options, on: channel.eventLoop)
    }

    /// The last three have these numbers on Linux.
    package static let options: [(option: ChannelOptions.Types.SocketOption, value: SocketOptionValue)] = {
        let alive = ChannelOptions.Types.SocketOption(level: .socket, name: .so_keepalive)
        #if os(Linux)
            let times = [(CInt(4), idleSeconds), (5, intervalSeconds), (6, mostUnanswered)]
            return [(alive, 1)]
                + times.map { name, value in
                    (ChannelOptions.Types.SocketOption(level: .tcp, name: .init(rawValue: name)), value)
                }
        #else
            return [(alive, 1)]
        #endif
    }()
}
