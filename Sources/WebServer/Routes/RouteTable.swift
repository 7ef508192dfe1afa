import HTTPTypes
package import Hummingbird
import OpenAI
package import Tracing

/// Builds the router: each path with the one method it takes, and an answer that says so for the others.
package struct RouteTable {
    package typealias Handler = @Sendable (Request, WebContext) async throws -> Response

    package let router: Router<WebContext>

    /// - Parameter tracer: takes the spans of requests; the process' own unless a test has another.
    package init(metrics: HTTPMetrics, tracer: any Tracer = InstrumentationSystem.tracer) {
        router = Router(context: WebContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: ObservingMiddleware(metrics: metrics, tracer: tracer))
        router.add(middleware: ErrorMiddleware())
    }

    package func get(_ path: String, _ handler: @escaping Handler) { add(path, .get, allowed: "GET, HEAD", handler) }

    package func post(_ path: String, _ handler: @escaping Handler) { add(path, .post, allowed: "POST", handler) }

    private func add(_ path: String, _ method: HTTPRequest.Method, allowed: String, _ handler: @escaping Handler) {
        let path = RouterPath(path)
        router.on(path, method: method, use: handler)
        router.on(path, method: .options) { _, _ in
            Response(status: .noContent, headers: [.allow: "\(allowed), OPTIONS"])
        }
        for other: HTTPRequest.Method in [.get, .post, .put, .patch, .delete, .head] where other != method {
            if method == .get, other == .head { continue }
            router.on(path, method: other) { request, _ -> Response in
                var response = APIError.methodNotAllowed(request.method.rawValue, allowed: allowed).response
                response.headers[.allow] = "\(allowed), OPTIONS"
                return response
            }
        }
    }
}
