import HTTPTypes
import Hummingbird
import Tracing

/// The span of one request at this server, from its head to the last byte of its answer: a part of the trace that the
/// client names in its header fields, or the first of one. It says what the log says, and nothing of the content.
package struct RequestSpan: Sendable {
    private let span: any Span

    init(_ request: Request, id: String, tracer: any Tracer) {
        var context = ServiceContext.current ?? .topLevel
        tracer.extract(request.headers, into: &context, using: FieldExtractor())
        // The route is not known yet.
        span = tracer.startSpan(request.method.rawValue, context: context, ofKind: .server)
        span.attributes["http.request.method"] = request.method.rawValue
        span.attributes["http.request.id"] = id
    }

    /// The span of a sequence that came on a connection which it shares with others.
    ///
    /// - Parameter fields: the place in a trace, as header fields would have it.
    package init(sequence id: String, fields: [(name: String, value: String)]) {
        let tracer = InstrumentationSystem.tracer
        var (context, headers) = (ServiceContext.topLevel, HTTPFields())
        for field in fields {
            guard let name = HTTPField.Name(field.name), HTTPField.isValidValue(field.value) else { continue }
            headers[name] = field.value
        }
        tracer.extract(headers, into: &context, using: FieldExtractor())
        span = tracer.startSpan("sequence", context: context, ofKind: .server)
        span.attributes["http.request.id"] = id
    }

    /// Runs what the request is for; what that calls becomes part of the trace.
    package func run<Value>(_ work: () async throws -> Value) async rethrows -> Value {
        try await ServiceContext.$current.withValue(span.context) { try await work() }
    }

    /// - Parameter route: the pattern of the route; nil when none matched.
    package func end(method: String, route: String?, status: Int) {
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
