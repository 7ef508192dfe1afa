import NIOCore
import NIOHTTP1

/// Puts the parts of a request together.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let deliver: (StandInRequest) -> Void
    private let closed: () -> Void
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(deliver: @escaping (StandInRequest) -> Void, closed: @escaping () -> Void) {
        self.deliver = deliver
        self.closed = closed
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, [])
        case .body(let part): body.append(contentsOf: part.readableBytesView)
        case .end:
            guard let head else { return }
            deliver(Self.request(head, body))
        }
    }

    private static func request(_ head: HTTPRequestHead, _ body: [UInt8]) -> StandInRequest {
        let authorization = head.headers.first(name: "authorization") ?? ""
        return StandInRequest(
            head.method.rawValue, head.uri, contentType: head.headers.first(name: "content-type") ?? "",
            accept: head.headers.first(name: "accept") ?? "",
            token: authorization.hasPrefix("Bearer ") ? String(authorization.dropFirst(7)) : nil, body: body)
    }

    func channelInactive(context: ChannelHandlerContext) {
        closed()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
