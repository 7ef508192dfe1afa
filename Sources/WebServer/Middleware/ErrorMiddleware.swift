package import HTTPTypes
package import Hummingbird
package import Logging
import OpenAI

/// Turns whatever a handler throws into OpenAI's error object. Nothing passes that was not meant for clients.
package struct ErrorMiddleware: RouterMiddleware {
    package typealias Context = WebContext

    package func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch {
            return Self.response(to: error, path: request.uri.path, logger: context.logger)
        }
    }

    /// The answer that an error becomes.
    package static func response(to error: any Error, path: String, logger: Logger) -> Response {
        switch error {
        case let error as APIError: return error.response
        case let refusal as RequestRefusal:
            var response = refusal.error.response
            response.headers.append(contentsOf: refusal.headers)
            return response
        // Nobody reads this; it is for the log and the metrics.
        case is CancellationError: return Response(status: .clientClosedRequest)
        case let error as HTTPError where error.status == .notFound: return APIError.notFound(path: path).response
        default:
            logger.error("request failed", metadata: ["error": "\(error)"])
            return APIError.internalFailure.response
        }
    }
}

extension HTTPResponse.Status {
    /// nginx's number for a client that went away before it was answered.
    package static let clientClosedRequest = HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request")
}
