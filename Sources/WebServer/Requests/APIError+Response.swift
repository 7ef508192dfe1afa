package import HTTPTypes
package import Hummingbird
import NIOCore
package import OpenAI

extension HTTPField.Name {
    package static let requestID = known("x-request-id")
    /// Read by nginx: `no` lets a stream through as it comes.
    package static let accelBuffering = known("x-accel-buffering")

    /// A field by a name of ours, in lower case.
    package static func known(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("\(name) is no field name") }
        return field
    }
}

extension APIError {
    /// Whether the client may still be sending what was refused, so that the connection cannot be used again.
    private var closesConnection: Bool { status == 408 || status == 413 }

    /// The header fields of the answer but for the request's id.
    package var headers: HTTPFields {
        var fields: HTTPFields = [.contentType: "application/json"]
        if let retryAfterSeconds { fields[.retryAfter] = "\(retryAfterSeconds)" }
        if closesConnection { fields[.connection] = "close" }
        return fields
    }

    /// The answer that tells it.
    package var response: Response {
        Response(
            status: HTTPResponse.Status(code: status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}

// MARK: What only a server refuses

extension APIError {
    package static func notFound(path: String) -> APIError {
        APIError(
            status: 404, message: "There is no \(excerpt(path)) here; the API begins at /v1/models.",
            type: "invalid_request_error", code: "unknown_url")
    }

    static func methodNotAllowed(_ method: String, allowed: String) -> APIError {
        APIError(
            status: 405, message: "This path takes \(allowed), not \(excerpt(method)).", type: "invalid_request_error",
            code: "method_not_allowed")
    }

    static func bodyTooLarge(limit: Int) -> APIError {
        APIError(
            status: 413, message: "The request body is larger than \(limit) bytes; send less text.",
            type: "invalid_request_error", code: "request_too_large")
    }

    static func bodyTooSlow(deadline: Duration) -> APIError {
        APIError(
            status: 408, message: "The request body was not complete after \(deadline); send it faster.",
            type: "invalid_request_error", code: "request_timeout")
    }

    static let unknownEncoding = APIError(
        status: 415, message: "The body's content-encoding is not supported; send it unencoded.",
        type: "invalid_request_error", code: "unsupported_content_encoding")

    static let incompleteBody = invalid("The connection ended before the request body did.")

    /// For bytes that are no HTTP request.
    static func malformed(status: Int) -> APIError {
        APIError(
            status: status,
            message: status == 431
                ? "The header of the request is too large." : "This is not a valid HTTP/1.1 request.",
            type: "invalid_request_error", code: "malformed_request")
    }

    static let tooManyConnections = unavailable("The server has as many connections as it takes; try again.")

    package static let shuttingDown = unavailable("The server is shutting down; try again elsewhere or later.")
}
