import HTTPTypes
import Hummingbird
import Logging
import OpenAI

/// Turns whatever a handler throws into OpenAI's error object. Nothing passes that was not meant for clients.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = GatewayContext

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as APIError {
            return error.response
        } catch is CancellationError {
            // Nobody reads this; it is for the log and the metrics.
            return Response(status: .clientClosedRequest)
        } catch let error as HTTPError where error.status == .notFound {
            return APIError.notFound(path: request.uri.path).response
        } catch {
            context.logger.error("request failed", metadata: ["error": "\(error)"])
            return APIError.internalFailure.response
        }
    }
}

extension HTTPResponse.Status {
    /// nginx's number for a client that went away before it was answered.
    static let clientClosedRequest = HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request")
}
