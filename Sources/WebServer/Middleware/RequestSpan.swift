import HTTPTypes
import Hummingbird
import Tracing

/// The span of one request at this server, from its head to the last byte of its answer: a part of the trace that the
/// client names in its header fields, or the first of one. It says what the log says, and nothing of the content.
struct RequestSpan: Sendable {
    private let span: any Span

    init(_ request: Request, id: String, tracer: any Tracer) {
        var context = ServiceContext.current ?? .topLevel
        tracer.extract(request.headers, into: &context, using: FieldExtractor())
        // The route is not known yet.
        span = tracer.startSpan(request.method.rawValue, context: context, ofKind: .server)
        span.attributes["http.request.method"] = request.method.rawValue
        span.attributes["http.request.id"] = id
    }

    /// Runs what the request is for; what that calls becomes part of the trace.
    func run<Value>(_ work: () async throws -> Value) async rethrows -> Value {
        try await ServiceContext.$current.withValue(span.context) { try await work() }
    }

    /// - Parameter route: the pattern of the route; nil when none matched.
    func end(method: String, route: String?, status: Int) {
        if let route {
            span.operationName = "\(method) \(route)"
            span.attributes["http.route"] = route
        }
        span.attributes["http.response.status_code"] = status
        if status >= 500 { span.setStatus(SpanStatus(code: .error)) }
        span.end()
    }
}

/// Reads a trace's place from header fields.
private struct FieldExtractor: Extractor {
    func extract(key: String, from fields: HTTPFields) -> String? { HTTPField.Name(key).flatMap { fields[$0] } }
}
