import NIOCore
import NIOHTTPTypes

/// Closes a connection whose client is too slow: in sending a request that it has begun, or in taking an answer.
///
/// The reader of a body refuses a slow one with a 408 earlier (`BodyReader`); this is for requests whose body
/// nobody reads.
final class ConnectionDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let requestDeadline: TimeAmount
    private let stalledReaderTimeout: TimeAmount
    private var requestTimer: Scheduled<Void>?
    private var readerTimer: Scheduled<Void>?

    init(requestDeadline: TimeAmount, stalledReaderTimeout: TimeAmount) {
        self.requestDeadline = requestDeadline
        self.stalledReaderTimeout = stalledReaderTimeout
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: Self.restart(&requestTimer, context, after: requestDeadline)
        case .body: break
        case .end: Self.stop(&requestTimer)
        }
        context.fireChannelRead(data)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            Self.stop(&readerTimer)
        } else {
            Self.restart(&readerTimer, context, after: stalledReaderTimeout)
        }
        context.fireChannelWritabilityChanged()
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is EndlessBody else { return context.triggerUserOutboundEvent(event, promise: promise) }
        Self.stop(&requestTimer)
        promise?.succeed()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        Self.stop(&requestTimer)
        Self.stop(&readerTimer)
    }

    private static func restart(
        _ timer: inout Scheduled<Void>?, _ context: ChannelHandlerContext, after delay: TimeAmount
    ) {
        timer?.cancel()
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: delay) { channel.close(promise: nil) }
    }

    private static func stop(_ timer: inout Scheduled<Void>?) {
        timer?.cancel()
        timer = nil
    }
}

/// The body of the present request goes on for as long as the client wants.
struct EndlessBody: Sendable {}
