/// Why a request was refused or ended without its answer.
package enum EngineError: Error, Equatable, Sendable, CustomStringConvertible {
    case emptyPrompt
    /// A token that the vocabulary does not have.
    case token(Int32, vocabularySize: Int)
    /// The prompt leaves no room for an answer, or not for one of `maxTokens`.
    case contextOverflow(promptTokens: Int, maxTokens: Int?, contextTokens: Int)
    /// A sampling parameter out of its range.
    case parameter(String, String, String)
    /// The queue is full; try again after so many seconds.
    case overloaded(waiting: Int, retryAfterSeconds: Int)
    /// The request was still queued at its deadline.
    case deadline(seconds: Int)
    /// The engine is draining or has stopped.
    case stopping
    /// A fault of the engine; the text is for the operator.
    case failed(String)

    package var description: String {
        switch self {
        case .emptyPrompt: "The prompt has no tokens; send at least one."
        case .token(let token, let size): "Token \(token) is not in the vocabulary (0 ..< \(size))."
        case .contextOverflow(let prompt, let asked, let context):
            "The prompt has \(prompt) tokens\(asked.map { " and the answer may have \($0)" } ?? ""), but the model's "
                + "context is \(context) tokens for both; shorten the prompt or ask for less."
        case .parameter(let name, let value, let range): "\(name) is \(value), but it must be \(range)."
        case .overloaded(let waiting, let seconds):
            "\(waiting) requests are waiting already; try again in \(seconds) s."
        case .deadline(let seconds): "The request was not started within \(seconds) s; try again later."
        case .stopping: "The engine is shutting down; send the request to another worker."
        case .failed(let reason): "The engine failed: \(reason)"
        }
    }
}
