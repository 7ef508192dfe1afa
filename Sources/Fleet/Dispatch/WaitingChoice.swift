import OpenAI
import Routing
import Tracing

/// A choice that wants a worker, and what the queue and the router know of it.
struct WaitingChoice: Sendable {
    let run: ChoiceRun
    let requestID: String
    let tenant: String
    let model: String
    let tier: QueueTier
    /// The request's place in its trace.
    let context: ServiceContext?
    /// Prompt and answer at their longest: what a worker's context must hold.
    let longestTokens: Int
    /// The tokens that its answer was expected to have when it came.
    let expectedTokens: Double
    /// Where the prompt stood in the client's request.
    let promptParam: String
    /// Its prompt, and the tokens generated so far behind it.
    var shape: RequestShape
    /// Its place in the queue.
    var entry: QueueEntry
    /// What its tenant was charged for it when it was dispatched first; nil: it was not yet.
    var charged: Int64?
    /// Milliseconds of the dispatcher's clock.
    var deadlineMs: Int64
}

extension QueueTier {
    /// - Parameter priority: an engine's: lower is served first.
    init(priority: Int) {
        self = Self(rawValue: min(max(priority, -1), Self.allCases.count - 2) + 1) ?? .standard
    }

    var routing: RequestTier {
        switch self {
        case .priority, .standard: .interactive
        case .flex: .flex
        case .batch: .batch
        }
    }

    /// How long a request of this tier waits, in multiples of what one waits that somebody sits before.
    var patience: Int64 {
        switch self {
        case .priority, .standard: 1
        case .flex: 10
        case .batch: 60
        }
    }
}
