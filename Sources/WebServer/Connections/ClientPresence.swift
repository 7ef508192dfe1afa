import NIOCore
import Synchronization

/// Notices that the client of a connection has gone: it closed, or it will send nothing more.
///
/// An HTTP server that waits for a model writes nothing for seconds and would not notice. A client that only
/// closes its sending side counts as gone, as it does for proxies: it cannot be told from one that left.
final class ClientPresence: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = Any
    typealias InboundOut = Any

    private struct State {
        var isGone = false
        var handler: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Has `handler` called when the client goes; at once if it has gone. A connection serves one request at a
    /// time, so that a new handler takes the place of the last one.
    func onGone(_ handler: @escaping @Sendable () -> Void) {
        let isGone = state.withLock { state in
            state.handler = state.isGone ? nil : handler
            return state.isGone
        }
        if isGone { handler() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { leave() }
        context.fireUserInboundEventTriggered(event)
    }

    private func leave() {
        let handler = state.withLock { state in
            state.isGone = true
            defer { state.handler = nil }
            return state.handler
        }
        handler?()
    }
}
