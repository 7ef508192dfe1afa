import NIOCore
import NIOPosix
import Synchronization

/// A TCP proxy between a gateway and a worker: the network that fails, and the worker that lies.
///
/// What a worker says of itself and of its load passes; what becomes of an answer is the test's to say.
final class FaultyProxy: Sendable {
    /// What becomes of one answer to `POST /v1/completions`, or of one connection that sequences share.
    enum Fault: Sendable {
        case none
        /// The connection ends after so many bytes of the answer, by a reset or as if the worker had closed it.
        case cut(after: Int, byReset: Bool)
        /// The answer is other bytes, piece after piece; what the worker says is dropped.
        case answer(@Sendable (Int) -> String?)
    }

    /// Replaces bytes by as many others, in everything that the worker says.
    struct Rewriting: Sendable {
        var old: String
        var new: String

        /// The worker's sequences have a connection each, whose words are JSON.
        static let ownConnections = Rewriting(old: #""sequences":1"#, new: #""sequences":0"#)
    }

    private let state: Mutex<State>
    private let rewritings: [Rewriting]
    private let nextFault: @Sendable (Int) -> Fault
    private struct State {
        var listener: (any Channel)?
        var connections: [ObjectIdentifier: any Channel] = [:]
        var numAnswers = 0
        var isStalled = false
        /// The worker's port.
        var target: Int
    }

    private init(to port: Int, _ rewritings: [Rewriting], _ nextFault: @escaping @Sendable (Int) -> Fault) {
        state = Mutex(State(target: port))
        self.rewritings = rewritings
        self.nextFault = nextFault
    }

    /// - Parameter fault: of an answer, by its number.
    static func start(
        to port: Int, rewriting: [Rewriting] = [], fault: @escaping @Sendable (Int) -> Fault = { _ in .none }
    ) async throws -> FaultyProxy {
        let proxy = FaultyProxy(to: port, rewriting, fault)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { proxy.connect($0) }
            .bind(host: "127.0.0.1", port: 0).get()
        proxy.state.withLock { $0.listener = listener }
        return proxy
    }

    var url: String { "http://127.0.0.1:\(state.withLock { $0.listener?.localAddress?.port } ?? 0)" }

    /// Answers that were asked for.
    var numAnswers: Int { state.withLock { $0.numAnswers } }

    /// New connections lead to another worker: the next one at the same address.
    func turn(to worker: TestWorker) { state.withLock { $0.target = worker.port } }

    /// From now on nothing passes, and no connection ends: the other side stands still.
    func stall() { state.withLock { $0.isStalled = true } }

    /// Ends all connections at once, and takes no more.
    func stop() async {
        let (listener, connections) = state.withLock { ($0.listener, Array($0.connections.values)) }
        try? await listener?.close()
        for connection in connections { connection.close(promise: nil) }
    }

    private func connect(_ inbound: any Channel) -> EventLoopFuture<Void> {
        let link = Link(proxy: self)
        state.withLock { $0.connections[ObjectIdentifier(inbound)] = inbound }
        inbound.closeFuture.whenComplete { _ in
            self.state.withLock { _ = $0.connections.removeValue(forKey: ObjectIdentifier(inbound)) }
        }
        return ClientBootstrap(group: inbound.eventLoop)
            .channelInitializer { outbound in
                outbound.eventLoop.makeCompletedFuture {
                    try outbound.pipeline.syncOperations.addHandler(
                        Relay(to: inbound) { link.fromWorker($0, to: inbound) })
                }
            }
            .connect(host: "127.0.0.1", port: state.withLock { $0.target })
            .flatMap { outbound in
                inbound.eventLoop.makeCompletedFuture {
                    try inbound.pipeline.syncOperations.addHandler(
                        Relay(to: outbound) { link.fromGateway($0, to: inbound, outbound) })
                }
            }
    }

    fileprivate var isStalled: Bool { state.withLock { $0.isStalled } }

    fileprivate func begin() -> Fault {
        nextFault(
            state.withLock { state in
                defer { state.numAnswers += 1 }
                return state.numAnswers
            })
    }

    fileprivate func rewritten(_ bytes: ByteBuffer) -> ByteBuffer {
        guard !rewritings.isEmpty else { return bytes }
        var text = Array(bytes.readableBytesView)
        for rewriting in rewritings {
            let (old, new) = (Array(rewriting.old.utf8), Array(rewriting.new.utf8))
            for range in text.ranges(of: old) { text.replaceSubrange(range, with: new) }
        }
        return ByteBuffer(bytes: text)
    }
}

/// One connection and what becomes of its present answer. Used on the connections' event loop.
private final class Link: Sendable {
    private let proxy: FaultyProxy
    private let state = Mutex((fault: FaultyProxy.Fault.none, sent: 0))

    init(proxy: FaultyProxy) { self.proxy = proxy }

    func fromGateway(_ bytes: ByteBuffer, to gateway: any Channel, _ worker: any Channel) {
        guard !proxy.isStalled else { return }
        let head = bytes.readableBytesView
        if head.starts(with: "POST /v1/completions".utf8) || head.starts(with: "POST /gleaner/sequences".utf8) {
            let fault = proxy.begin()
            state.withLock { $0 = (fault, 0) }
            if case .answer(let piece) = fault { return speak(piece, to: gateway) }
        }
        worker.writeAndFlush(bytes, promise: nil)
    }

    func fromWorker(_ bytes: ByteBuffer, to gateway: any Channel) {
        guard !proxy.isStalled else { return }
        let bytes = proxy.rewritten(bytes)
        let cut = state.withLock { state -> (Int, byReset: Bool)? in
            defer { state.sent += bytes.readableBytes }
            guard case .cut(let limit, let byReset) = state.fault, state.sent + bytes.readableBytes >= limit else {
                return nil
            }
            return (max(0, limit - state.sent), byReset)
        }
        guard let (rest, byReset) = cut else { return gateway.writeAndFlush(bytes, promise: nil) }
        gateway.writeAndFlush(bytes.getSlice(at: bytes.readerIndex, length: rest) ?? ByteBuffer(), promise: nil)
        if byReset { _ = (gateway as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)) }
        gateway.close(promise: nil)
    }

    /// Says one piece after the other, as fast as the gateway takes them, until there is none or the gateway has had
    /// enough. From outside the event loop: a loop whose tasks always bring others reads and writes nothing else.
    private func speak(_ piece: @escaping @Sendable (Int) -> String?, to gateway: any Channel) {
        Task {
            var number = 0
            while let text = piece(number) {
                try await gateway.writeAndFlush(ByteBuffer(string: text))
                number += 1
            }
        }
    }
}

/// Hands what comes to the link, and an end to the other side.
private final class Relay: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel
    private let take: @Sendable (ByteBuffer) -> Void

    init(to other: any Channel, _ take: @escaping @Sendable (ByteBuffer) -> Void) {
        self.other = other
        self.take = take
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { take(unwrapInboundIn(data)) }

    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
