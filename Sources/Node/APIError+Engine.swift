import Engine
import OpenAI

extension APIError {
    /// How the engine's refusals and failures look to a client.
    ///
    /// - Parameter request: nil once the request runs.
    init(_ error: EngineError, request: GenerationRequest?) {
        let param = request?.prompt.param
        switch error {
        case .emptyPrompt:
            self = .invalid("The prompt has no tokens; send at least one.", param: param)
        case .token:
            self = .invalid(error.description, param: param)
        case .contextOverflow(let promptTokens, let maxTokens, let contextTokens):
            self = .contextLengthExceeded(
                promptTokens: promptTokens, maxTokens: maxTokens, limit: contextTokens, promptParam: param ?? "prompt")
        case .parameter(let name, _, _):
            self = .invalid(error.description, param: name)
        case .overloaded(_, let retryAfterSeconds):
            self = .overloaded(retryAfterSeconds: retryAfterSeconds)
        case .deadline: self = .unavailable(error.description)
        case .stopping: self = .draining
        case .failed:
            self = .internalFailure
        }
    }
}
