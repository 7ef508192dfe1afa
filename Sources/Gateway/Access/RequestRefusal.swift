import HTTPTypes
import OpenAI

/// An error with header fields of its own: what a limit leaves, or whether trying again can help.
struct RequestRefusal: Error, Equatable {
    let error: APIError
    var headers: HTTPFields = [:]
}

extension HTTPField.Name {
    /// Read by OpenAI's clients: `false` keeps them from sending again what cannot succeed.
    static let shouldRetry = known("x-should-retry")
    /// The same wait as `Retry-After`, in milliseconds; OpenAI's clients prefer it.
    static let retryAfterMs = known("retry-after-ms")
}
