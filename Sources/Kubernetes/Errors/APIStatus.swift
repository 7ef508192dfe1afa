import JSON

/// What the API server says of a request that it refuses (`metav1.Status`).
package struct APIStatus: Sendable, Equatable {
    /// One of the reasons, when there are several.
    package struct Cause: Sendable, Equatable {
        package var reason: String
        package var message: String
        package var field: String
    }

    /// The HTTP status.
    package let code: Int
    /// One word, such as `NotFound`; of an answer without one, the word that the API has for its code.
    package let reason: String
    package let message: String
    package let causes: [Cause]
    /// How long to wait before asking again, if it says so: a second at least, an hour at most.
    package let retryAfterSeconds: Int?
    /// Of an expired list: what the rest can be asked for with, at another revision.
    package let continueToken: String?

    /// - Parameter json: the body, or the object of an event of the type ERROR.
    init(_ json: JSON?, code: Int? = nil, retryAfter: String? = nil, text: String = "") {
        let code = code ?? json?["code"]?.int ?? 500
        let details = json?["details"]
        self.code = code
        reason = json?["reason"]?.string ?? Self.reason(for: code)
        message = Words.excerpt(json?["message"]?.string ?? text, limit: 2000)
        causes = (details?["causes"]?.array ?? []).prefix(100).map { cause in
            Cause(
                reason: cause["reason"]?.string ?? "", message: Words.excerpt(cause["message"]?.string ?? ""),
                field: Words.excerpt(cause["field"]?.string ?? ""))
        }
        retryAfterSeconds = (details?["retryAfterSeconds"]?.int ?? retryAfter.flatMap { Int($0) })
            .map { min(max($0, 1), 3600) }
        continueToken = json?["metadata"]?["continue"]?.string
    }

    /// The API's word for a status that came without one (`metav1.StatusReason`).
    private static func reason(for code: Int) -> String {
        switch code {
        case 400: "BadRequest"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "NotFound"
        case 405: "MethodNotAllowed"
        case 406: "NotAcceptable"
        case 409: "Conflict"
        case 410: "Gone"
        case 413: "RequestEntityTooLarge"
        case 415: "UnsupportedMediaType"
        case 422: "Invalid"
        case 429: "TooManyRequests"
        case 500: "InternalError"
        case 503: "ServiceUnavailable"
        case 504: "Timeout"
        default: "Unknown"
        }
    }

    package func hasCause(_ reason: String) -> Bool { causes.contains { $0.reason == reason } }
}

extension APIStatus: CustomStringConvertible {
    package var description: String {
        let words = trimmed(message)
        return words.isEmpty ? "\(code) \(Words.excerpt(reason))" : "\(code) \(Words.excerpt(reason)): \(words)"
    }
}
