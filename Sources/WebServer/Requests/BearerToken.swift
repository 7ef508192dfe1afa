import HTTPTypes
package import Hummingbird
import OpenAI

/// The secret that the processes of a fleet share: gateways, workers and controllers.
package struct BearerToken: Sendable, Equatable {
    /// The longest token, in bytes.
    package static let maximumBytes = 512

    private let secret: [UInt8]

    /// Nil for what cannot stand in a header field: empty, too long, or with other than visible ASCII characters.
    package init?(_ text: String) {
        secret = Array(text.utf8)
        guard (1...Self.maximumBytes).contains(secret.count), secret.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
    }

    /// Throws a 401 unless the request shows the token.
    package func check(_ request: Request) throws(RequestRefusal) {
        guard request.headers[.authorization] != nil else { throw .missingToken }
        guard let shown = request.headers.bearerToken, isEqual(Array(shown.utf8)) else { throw .wrongToken }
    }

    /// The time depends on the number of bytes sent and tells nothing about where they differ.
    ///
    /// Never inlined, so that no caller's knowledge lets the compiler leave the loop early.
    @inline(never)
    package func isEqual(_ shown: [UInt8]) -> Bool {
        var difference = UInt64(truncatingIfNeeded: shown.count ^ secret.count)
        for place in shown.indices { difference |= UInt64(shown[place] ^ secret[place % secret.count]) }
        return difference == 0
    }
}

extension RequestRefusal {
    fileprivate static let missingToken = refusal(
        "This server asks for a token: send 'Authorization: Bearer TOKEN'.", code: "missing_api_key")
    fileprivate static let wrongToken = refusal(
        "The token is not that of this server; send the one that it was started with (GLEANER_WORKER_TOKEN).",
        code: "invalid_api_key")

    private static func refusal(_ message: String, code: String) -> RequestRefusal {
        RequestRefusal(
            error: APIError(status: 401, message: message, type: "invalid_request_error", code: code),
            headers: [.wwwAuthenticate: "Bearer"])
    }
}
