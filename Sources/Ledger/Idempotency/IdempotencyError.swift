/// Why an idempotency key could not be claimed, or an answer not kept.
package enum IdempotencyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The header is no key.
    case badKey(length: Int)
    case answerTooLarge(bytes: Int)
    /// Another server has taken the claim over, or its time is up: what this one did is not kept.
    case lost
    /// The kept answer cannot be opened.
    case damaged
    case store(StoreError)

    package var description: String {
        switch self {
        case .badKey(let length):
            """
            An Idempotency-Key has 1 to \(IdempotencyStore.maximumKeyBytes) visible ASCII characters and no blanks, \
            this one has \(length) bytes: send a UUID.
            """
        case .answerTooLarge(let bytes):
            "An answer of \(bytes) bytes cannot be kept for replay: the most is \(StoredAnswer.maximumBytes)."
        case .lost: "Another server has taken over the request with this Idempotency-Key."
        case .damaged: "The answer kept for this Idempotency-Key cannot be opened: use another key."
        case .store(let error): error.description
        }
    }

    init(_ error: any Error) {
        switch error {
        case let error as IdempotencyError: self = error
        case let error as StoreError: self = .store(error)
        default: self = .store(.unavailable("\(error)"))
        }
    }
}
