package import Logging
import OpenAI

/// What a client learns of a failed generation.
package enum GenerationFailure {
    /// The error itself when it is meant for clients or says that the client has gone; else a plain 500.
    package static func forClient(_ error: any Error, logger: Logger) -> any Error {
        if error is APIError || error is CancellationError { return error }
        logger.error("generation failed", metadata: ["error": "\(error)"])
        return APIError.internalFailure
    }
}
