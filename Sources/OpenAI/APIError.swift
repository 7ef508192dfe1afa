/// A refusal or failure as OpenAI's clients expect it: a status and `{"error":{message,type,param,code}}`.
package struct APIError: Error, Sendable, Equatable {
    /// The HTTP status; 400...599.
    package var status: Int
    /// One sentence: what is wrong and what to do.
    package var message: String
    package var type: String
    /// The parameter at fault, written as a path: `messages[2].content`.
    package var param: String?
    /// The code that programs match on.
    package var code: String?
    /// Becomes the `Retry-After` header.
    package var retryAfterSeconds: Int?

    package init(
        status: Int, message: String, type: String, param: String? = nil, code: String? = nil,
        retryAfterSeconds: Int? = nil
    ) {
        self.status = status
        self.message = message
        self.type = type
        self.param = param
        self.code = code
        self.retryAfterSeconds = retryAfterSeconds
    }
}

extension APIError: CustomStringConvertible {
    package var description: String { "\(status) \(code ?? type): \(message)" }
}

// MARK: The client's mistakes

extension APIError {
    /// 400: the request cannot be served as it is.
    package static func invalid(_ message: String, param: String? = nil, code: String? = nil) -> APIError {
        APIError(status: 400, message: message, type: "invalid_request_error", param: param, code: code)
    }

    /// 400: this server does not have the parameter or the value.
    package static func unsupported(_ message: String, param: String) -> APIError {
        invalid(message, param: param, code: "unsupported_parameter")
    }

    /// 400: prompt and answer do not fit the model's context. The words "maximum context length" are what
    /// clients look for.
    /// - Parameters:
    ///   - maxTokens: the tokens asked for; nil when the prompt alone is too long.
    ///   - promptParam: where the prompt stood: `Prompt.param`.
    package static func contextLengthExceeded(
        promptTokens: Int, maxTokens: Int?, limit: Int, promptParam: String
    ) -> APIError {
        let asked = maxTokens.map { " and max_tokens asks for \($0) more" } ?? ""
        return invalid(
            "This model's maximum context length is \(limit) tokens, but the prompt has \(promptTokens) tokens\(asked). "
                + "Shorten the prompt or ask for fewer tokens.",
            param: maxTokens == nil ? promptParam : "max_tokens", code: "context_length_exceeded")
    }

    /// 404: no such model.
    package static func modelNotFound(_ model: String) -> APIError {
        APIError(
            status: 404, message: "The model '\(model)' does not exist here; GET /v1/models lists those that do.",
            type: "invalid_request_error", param: "model", code: "model_not_found")
    }
}

// MARK: The server's limits

extension APIError {
    /// 429: the queue is full; `retryAfterSeconds` is when a place is predicted to be free.
    package static func overloaded(retryAfterSeconds: Int) -> APIError {
        APIError(
            status: 429, message: "The server is at its limit; try again in \(retryAfterSeconds) s.",
            type: "rate_limit_error", code: "server_is_overloaded", retryAfterSeconds: retryAfterSeconds)
    }

    /// 503: not ready yet, or shutting down.
    package static func unavailable(_ message: String, retryAfterSeconds: Int = 1) -> APIError {
        APIError(
            status: 503, message: message, type: "server_error", code: "service_unavailable",
            retryAfterSeconds: retryAfterSeconds)
    }

    /// 503: the worker takes nothing new and ends what it has; another one can go on with it.
    package static let draining = APIError(
        status: 503, message: "The worker is being drained; go on elsewhere.", type: "server_error", code: "draining",
        retryAfterSeconds: 1)

    /// 500: a fault of ours. The message says nothing of the inside; the log does.
    package static let internalFailure = APIError(
        status: 500, message: "The server failed to answer; the x-request-id names the entry in its log.",
        type: "server_error", code: "internal_error")
}
