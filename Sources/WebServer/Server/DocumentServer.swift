import HTTPTypes
import Hummingbird
package import Logging
import OpenAI
import ServiceLifecycle

/// A server that only shows what its process knows: JSON documents, `/health` and `/metrics`.
package final class DocumentServer: Service {
    /// What is shown at one path.
    package struct Document: Sendable {
        let path: String
        let answer: @Sendable (_ query: [String: String]) async throws -> [UInt8]

        /// - Parameter answer: the JSON of a query, whose names and values are plain text.
        package init(
            _ path: String, answer: @escaping @Sendable (_ query: [String: String]) async throws -> [UInt8]
        ) {
            self.path = path
            self.answer = answer
        }
    }

    private let http: HTTPServer

    /// - Parameters:
    ///   - token: what has to be shown for documents now; without one only this machine sees them. Health and metrics
    ///     are for everybody.
    ///   - refresh: brings the metrics up to date; called before they are shown.
    package init(
        _ documents: [Document], token: @escaping @Sendable () -> BearerToken?, settings: ServerSettings,
        registry: PrometheusRegistry, refresh: @escaping @Sendable () -> Void, logger: Logger
    ) {
        let metrics = HTTPMetrics(factory: registry)
        let table = RouteTable(metrics: metrics)
        for document in documents {
            table.get(document.path) { request, _ in
                if let token = token() {
                    try token.check(request)
                } else if !settings.address.isLoopback {
                    throw APIError.nothingForStrangers
                }
                return .json(try await document.answer(try Self.query(request)))
            }
        }
        table.get("/health") { _, _ in .json(Array(#"{"status":"ok"}"#.utf8)) }
        table.get("/metrics") { _, _ in
            refresh()
            return Response(
                status: .ok, headers: [.contentType: PrometheusText.contentType],
                body: ResponseBody(byteBuffer: .init(string: registry.text())))
        }
        http = HTTPServer(
            router: table.router, running: RunningRequests(), settings: settings, metrics: metrics, logger: logger,
            clock: ContinuousClock())
    }

    private static func query(_ request: Request) throws(APIError) -> [String: String] {
        var query: [String: String] = [:]
        for pair in (request.uri.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decoded(String(parts[0])),
                let value = PercentEncoding.decoded(parts.count > 1 ? String(parts[1]) : "")
            else { throw .invalid("The query is not percent-encoded UTF-8.", code: "invalid_query") }
            query[name] = value
        }
        return query
    }

    /// The port that the server listens on; waits until it does.
    /// - Throws: what ended the server before.
    package var boundPort: Int {
        get async throws { try await http.boundPort }
    }

    /// Serves until it is told to stop or cancelled.
    package func run() async throws { try await http.run() }
}

extension APIError {
    fileprivate static let nothingForStrangers = APIError(
        status: 401, message: "Nothing is shown to other machines without a token: start this server with one.",
        type: "invalid_request_error", code: "missing_api_key")
}
