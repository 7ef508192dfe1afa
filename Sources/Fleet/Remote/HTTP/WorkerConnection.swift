import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import OpenAI
import Tracing

/// Requests to one worker over a client that all workers share.
struct WorkerConnection: Sendable {
    let endpoint: WorkerEndpoint
    private let client: HTTPClient
    /// All of a worker's requests live on one event loop, so that no byte of an answer changes its thread.
    let loop: any EventLoop
    private let timer: DeadlineTimer
    private let open = OpenRequests()

    /// What a short answer may hold at most: the tokens of a long prompt are some megabytes.
    static let maximumShortBytes = 64 << 20

    init(_ endpoint: WorkerEndpoint, client: HTTPClient, timer: DeadlineTimer) {
        self.endpoint = endpoint
        self.client = client
        self.timer = timer
        loop = client.eventLoopGroup.next()
    }

    /// Ends all requests that run, and lets no other begin.
    func close() { open.close() }

    /// Sends a request and returns how to cancel it.
    ///
    /// - Parameters:
    ///   - headDeadline: for the head, or for the whole answer if it `isShort`; nil = none.
    ///   - silence: the longest time without a byte; nil = as long as the worker wants.
    ///   - deliver: is called on the connection's event loop.
    ///   - ended: is called once, last; nil = the answer is complete.
    @discardableResult
    func send<Reader: AnswerReading>(
        _ request: WorkerRequest, reader: Reader, isShort: Bool = false, headDeadline: Duration?,
        silence: Duration? = nil, deliver: @escaping @Sendable ([Reader.Element]) -> Void,
        ended: @escaping @Sendable (RemoteFailure?, Reader) -> Void
    ) -> @Sendable () -> Void {
        guard let ticket = open.begin() else {
            ended(.cancelled, reader)
            return {}
        }
        let deadline = AnswerDeadline(
            timer: timer, duration: headDeadline, isForWhole: isShort, rest: endpoint.headDeadline,
            silence: silence)
        let delegate = AnswerDelegate(reader, deadline: deadline, deliver: deliver) { [open] failure, reader in
            open.end(ticket)
            ended(failure, reader)
        }
        do {
            let task = client.execute(
                request: try request.make(for: endpoint), delegate: delegate,
                eventLoop: .delegateAndChannel(on: loop))
            // A client that is shut down fails requests without a word to their delegates.
            task.futureResult.whenFailure { delegate.didReceiveError(task: task, $0) }
            delegate.watch(task)
            open.setCancel(ticket) { task.cancel() }
            return { task.cancel() }
        } catch {
            delegate.end(RemoteFailure(network: error))
            return {}
        }
    }

    /// Sends a request and waits for its whole short answer, whatever its status.
    ///
    /// - Throws: `RemoteFailure`.
    func exchange(_ request: WorkerRequest) async throws -> ShortAnswer {
        let answer = Later<ShortAnswer>()
        return try await withTaskCancellationHandler {
            let reader = ShortAnswer(maximumBytes: Self.maximumShortBytes)
            answer.onCancel(
                send(request, reader: reader, isShort: true, headDeadline: endpoint.headDeadline, deliver: { _ in }) {
                    answer.say($1, failure: $0)
                })
            return try await answer.value()
        } onCancel: {
            answer.cancel()
        }
    }

    /// Has `body` called on the connection's event loop after a while; returns how to call that off.
    func schedule(in duration: Duration, _ body: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
        timer.start(duration, loop, body)
    }

    /// Waits on the connection's clock.
    ///
    /// - Throws: `RemoteFailure.cancelled`.
    func pause(_ duration: Duration) async throws {
        let end = Later<Void>()
        try await withTaskCancellationHandler {
            let stop = timer.start(duration, loop) { end.say((), failure: nil) }
            end.onCancel {
                stop()
                end.say((), failure: .cancelled)
            }
            try await end.value()
        } onCancel: {
            end.cancel()
        }
    }

    /// Sends a request and waits until its stream of events ends.
    ///
    /// - Throws: `RemoteFailure`.
    func follow<Events: EventReading>(
        _ request: WorkerRequest, _ events: Events, maximumEventBytes: Int,
        deliver: @escaping @Sendable ([Events.Element]) -> Void
    ) async throws {
        let end = Later<Void>()
        try await withTaskCancellationHandler {
            let reader = StreamedAnswer(events, maximumEventBytes: maximumEventBytes)
            end.onCancel(
                send(request, reader: reader, headDeadline: endpoint.headDeadline, deliver: deliver) { failure, _ in
                    end.say((), failure: failure)
                })
            try await end.value()
        } onCancel: {
            end.cancel()
        }
    }
}

/// A request in the terms of the worker protocol.
struct WorkerRequest: Sendable {
    var method = HTTPMethod.GET
    /// From the slash after the worker's address on.
    var path: String
    var headers: HTTPHeaders = [:]
    var body = Body.none

    enum Body: Sendable {
        case none
        case json([UInt8])
        /// Goes on until the future is fulfilled that is returned; called on the connection's event loop.
        case frames(@Sendable (HTTPClient.Body.StreamWriter) -> EventLoopFuture<Void>)
    }

    static func get(_ path: String) -> WorkerRequest { WorkerRequest(path: path) }

    static func post(_ path: String, _ body: [UInt8]) -> WorkerRequest {
        WorkerRequest(method: .POST, path: path, body: .json(body))
    }

    /// Has the worker's log speak of the request as ours does.
    mutating func name(_ request: GenerationRequest) {
        guard let name = request.nameInLogs else { return }
        headers.add(name: "X-Request-Id", value: name)
        headers.add(contentsOf: HTTPHeaders.traceOfTask)
    }

    fileprivate func make(for endpoint: WorkerEndpoint) throws -> HTTPClient.Request {
        var headers = headers
        headers.add(name: "User-Agent", value: "gleaner")
        if let token = endpoint.token { headers.add(name: "Authorization", value: "Bearer \(token)") }
        let body: HTTPClient.Body?
        switch self.body {
        case .none: body = nil
        case .json(let bytes):
            headers.add(name: "Content-Type", value: "application/json")
            body = .bytes(bytes)
        case .frames(let write):
            headers.add(name: "Content-Type", value: SequenceProtocol.contentType)
            body = .stream(contentLength: nil, write)
        }
        return try HTTPClient.Request(
            url: endpoint.address + path, method: method, headers: headers, body: body, tlsConfiguration: endpoint.tls)
    }
}

extension GenerationRequest {
    /// By what the worker's log may speak of it; nil: it has no name that could stand there.
    var nameInLogs: String? {
        let name = requestID.isEmpty ? id : requestID
        return !name.isEmpty && name.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? name : nil
    }
}

extension HTTPHeaders {
    /// The place of the present task in its trace.
    static var traceOfTask: HTTPHeaders {
        var headers = HTTPHeaders()
        if let context = ServiceContext.current {
            InstrumentationSystem.instrument.inject(context, into: &headers, using: HeaderInjector())
        }
        return headers
    }
}

/// Writes a trace's place into header fields.
private struct HeaderInjector: Injector {
    func inject(_ value: String, forKey key: String, into headers: inout HTTPHeaders) {
        headers.replaceOrAdd(name: key, value: value)
    }
}
