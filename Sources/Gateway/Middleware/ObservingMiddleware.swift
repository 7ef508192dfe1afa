import HTTPTypes
import Hummingbird
import Logging

/// Gives each request its id and, when the last byte of its answer is out, writes one line into the log and
/// counts it. The line says who, where and how long, and never what: no prompt and no answer is logged.
struct ObservingMiddleware: RouterMiddleware {
    typealias Context = GatewayContext

    let metrics: HTTPMetrics
    let clock = ContinuousClock()

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let start = clock.now
        var context = context
        context.requestID = RequestID.make(client: request.headers[.requestID])
        context.logger[metadataKey: "request"] = "\(context.requestID)"
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        let observation = Observation(
            metrics: metrics, start: start, clock: clock, method: request.method.rawValue,
            route: context.endpointPath, status: response.status.code, logger: context.logger)
        guard response.body.contentLength == nil else {
            observation.end()
            return response
        }
        response.body = observation.watching(response.body)
        return response
    }
}

/// What is to be said about one request when its answer is complete.
private struct Observation: Sendable {
    let metrics: HTTPMetrics
    let start: ContinuousClock.Instant
    let clock: ContinuousClock
    let method: String
    let route: String?
    let status: Int
    let logger: Logger

    /// The same body; when it is written, or the client has gone, the observation ends.
    func watching(_ body: ResponseBody) -> ResponseBody {
        ResponseBody { writer in
            do {
                try await body.write(writer)
                end()
            } catch {
                end(clientIsGone: true)
                throw error
            }
        }
    }

    func end(clientIsGone: Bool = false) {
        let status = clientIsGone ? HTTPResponse.Status.clientClosedRequest.code : status
        let duration = clock.now - start
        metrics.answered(route: route, method: method, status: status, duration: duration)
        let milliseconds = (duration / .milliseconds(1)).rounded()
        logger.info(
            "\(method) \(route ?? "unknown path") \(status)", metadata: ["status": "\(status)", "ms": "\(milliseconds)"])
    }
}
