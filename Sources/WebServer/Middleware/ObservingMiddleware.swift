import HTTPTypes
import Hummingbird
import Logging
import Synchronization
import Tracing

/// Gives each request its id and, when the last byte of its answer is out, writes one line into the log and
/// counts it, and ends its span. The line says who, where and how long, and never what: no prompt and no answer is logged.
struct ObservingMiddleware: RouterMiddleware {
    typealias Context = WebContext

    let metrics: HTTPMetrics
    let tracer: any Tracer

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var context = context
        context.requestID = RequestID.make(client: request.headers[.requestID])
        context.logger[metadataKey: "request"] = "\(context.requestID)"
        let span = RequestSpan(request, id: context.requestID, tracer: tracer)
        var response = try await span.run { [context] in try await next(request, context) }
        response.headers[.requestID] = context.requestID
        let observation = Observation(
            metrics: metrics, span: span, start: start, method: request.method.rawValue,
            route: Self.route(context), status: response.status.code, logger: context.logger)
        guard response.body.contentLength == nil else {
            observation.end()
            return response
        }
        response.body = observation.watching(response.body)
        return response
    }

    /// The pattern of the route that was taken; nil when none was, for which Hummingbird has this word.
    private static func route(_ context: WebContext) -> String? {
        context.endpointPath == "NotFound" ? nil : context.endpointPath
    }
}

/// What is to be said about one request when its answer is complete. An answer that is dropped before it is
/// written went to a client that had gone.
private final class Observation: Sendable {
    private let metrics: HTTPMetrics
    private let span: RequestSpan
    private let start: ContinuousClock.Instant
    private let method: String
    private let route: String?
    private let status: Int
    private let logger: Logger
    private let isOver = Atomic<Bool>(false)

    init(
        metrics: HTTPMetrics, span: RequestSpan, start: ContinuousClock.Instant, method: String, route: String?,
        status: Int,
        logger: Logger
    ) {
        self.metrics = metrics
        self.span = span
        self.start = start
        self.method = method
        self.route = route
        self.status = status
        self.logger = logger
    }

    deinit { end(status: HTTPResponse.Status.clientClosedRequest.code) }

    /// The same body; the observation ends when it is written.
    func watching(_ body: ResponseBody) -> ResponseBody {
        ResponseBody { writer in
            try await body.write(writer)
            self.end()
        }
    }

    func end() { end(status: status) }

    private func end(status: Int) {
        guard !isOver.exchange(true, ordering: .relaxed) else { return }
        let duration = ContinuousClock.now - start
        span.end(method: method, route: route, status: status)
        metrics.answered(route: route, method: method, status: status, duration: duration)
        let milliseconds = (duration / .milliseconds(1)).rounded()
        logger.info(
            "\(method) \(route ?? "unknown path") \(status)",
            metadata: ["status": "\(status)", "ms": "\(milliseconds)"])
    }
}
