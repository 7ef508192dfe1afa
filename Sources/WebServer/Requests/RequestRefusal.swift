package import HTTPTypes
package import OpenAI

/// An error with header fields of its own: what a limit leaves, or whether trying again can help.
package struct RequestRefusal: Error, Equatable {
    package let error: APIError
    package var headers: HTTPFields

    package init(error: APIError, headers: HTTPFields = [:]) {
        self.error = error
        self.headers = headers
    }
}

extension HTTPField.Name {
    /// Read by OpenAI's clients: `false` keeps them from sending again what cannot succeed.
    package static let shouldRetry = known("x-should-retry")
    /// The same wait as `Retry-After`, in milliseconds; OpenAI's clients prefer it.
    package static let retryAfterMs = known("retry-after-ms")
}
