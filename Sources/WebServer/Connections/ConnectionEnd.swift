import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import OpenAI

/// Ends connections in the way that lets the client read why.
///
/// Three cases end one: an answer that says `connection: close` (a body too large, a server that drains), bytes
/// that are not HTTP, and a connection beyond the limit. A plain close would reset the connection while the
/// client still sends, and the reset can overtake the answer. So the answer goes out, then our side is shut,
/// and what still arrives is dropped unread for a moment.
final class ConnectionEnd: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum Phase {
        /// Requests are passed on; `answering` = the head of an answer has been written and its end has not.
        case open(answering: Bool)
        /// The end of this answer is the end of the connection.
        case lastAnswer
        /// Nothing is passed on any more, in either direction.
        case ended
    }

    /// How long what a refused client still sends is dropped before the connection is cut.
    private static let lingering = TimeAmount.seconds(1)

    private let count: ConnectionCount
    private var isWithinLimit = true
    private var phase = Phase.open(answering: false)

    init(count: ConnectionCount) { self.count = count }

    func handlerAdded(context: ChannelHandlerContext) { isWithinLimit = count.open() }

    func handlerRemoved(context: ChannelHandlerContext) { count.close() }

    // MARK: Towards the server

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .ended = phase { return }
        if !isWithinLimit, case .head = unwrapInboundIn(data) { return refuse(.tooManyConnections, context) }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch phase {
        case .open(answering: false) where error is HTTPParserError || error is HTTP1TypeConversionError:
            let isTooLarge = (error as? HTTPParserError) == .headerOverflow
            refuse(.malformed(status: isTooLarge ? 431 : 400), context)
        case .open, .lastAnswer: context.fireErrorCaught(error)
        // The parser goes on complaining about what comes after the bytes that it gave up on.
        case .ended: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .ended = phase, case ChannelEvent.inputClosed = event { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: Towards the client

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch (phase, unwrapOutboundIn(data)) {
        case (.ended, _): promise?.fail(ChannelError.ioOnClosedChannel)
        case (.open, .head(let head)) where head.status.kind != .informational:
            phase = head.headerFields[.connection] == "close" ? .lastAnswer : .open(answering: true)
            context.write(data, promise: promise)
        case (.open, .end):
            phase = .open(answering: false)
            context.write(data, promise: promise)
        case (.lastAnswer, .end): end(context, with: data, promise: promise)
        default: context.write(data, promise: promise)
        }
    }

    private func refuse(_ error: APIError, _ context: ChannelHandlerContext) {
        phase = .lastAnswer
        var head = HTTPResponse(status: HTTPResponse.Status(code: error.status), headerFields: error.headers)
        let body = ByteBuffer(bytes: error.body)
        head.headerFields[.requestID] = RequestID.make(client: nil)
        head.headerFields[.contentLength] = "\(body.readableBytes)"
        head.headerFields[.connection] = "close"
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        end(context, with: wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// Writes the last part, shuts our side, and leaves the client a moment to read.
    private func end(_ context: ChannelHandlerContext, with data: NIOAny, promise: EventLoopPromise<Void>?) {
        phase = .ended
        context.writeAndFlush(data, promise: promise)
        context.close(mode: .output, promise: nil)
        let channel = context.channel
        context.eventLoop.scheduleTask(in: Self.lingering) { channel.close(promise: nil) }
    }
}
